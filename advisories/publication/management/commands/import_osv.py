"""``manage.py import_osv``: import the advisories that were published before."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from advisories.projects.models import Project
from advisories.publication.osv_files import FolderError, RecordFile, files_in, read_folder
from advisories.publication.workflow import ImportFaults, ImportOutcome, import_osv


class Command(BaseCommand):
    """Import advisories from a folder of OSV records."""

    help = (
        "Import published advisories from a folder of OSV records (*.json, UTF-8). Everything or nothing: one faulty "
        "file, and nothing is written. A second import of the same records changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and whether to write."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with the records")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *, folder: Path, dry_run: bool, **_options: Any) -> None:
        """Read the folder, import it, and print what is new."""
        try:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                total = len(files_in(folder))
                bar = _bar(progress, "Reading the records", total)
                records = read_folder(folder, Project.objects.facts(), bar)
                outcome = _import(records, _bar(progress, "Importing them", total), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except FolderError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        for word, ids in (("new", outcome.created), ("changed", outcome.changed)):
            for psf_id in ids if len(ids) <= 20 else []:
                self.stdout.write(f"{'would be ' if dry_run else ''}{word}: {psf_id}")
        self.stdout.write(_sentence(outcome, len(records), dry_run=dry_run))


def _bar(progress: Progress, label: str, total: int) -> Callable[[int], None]:
    bar = progress.add_task(label, total=total)
    return lambda count: progress.update(bar, completed=count)


def _import(records: list[RecordFile], progress: Callable[[int], None], *, dry_run: bool) -> ImportOutcome:
    """Import the records; raises `FolderError` for what contradicts the portal, by file."""
    files = {record.content.psf_id: record.path for record in records}
    try:
        with transaction.atomic():
            outcome = import_osv([record.content for record in records], progress=progress)
            transaction.set_rollback(dry_run)
    except ImportFaults as error:
        raise FolderError(
            [f"{files[fault.psf_id]}: {fault.psf_id}: {fault.reason}" for fault in error.faults]
        ) from error
    return outcome


def _sentence(outcome: ImportOutcome, total: int, *, dry_run: bool) -> str:
    counts = {"new": len(outcome.created), "changed": len(outcome.changed)}
    parts = ", ".join(f"{count} {'would be ' if dry_run else ''}{word}" for word, count in counts.items() if count)
    return f"{total} {'advisory' if total == 1 else 'advisories'}: {parts or 'nothing new'}"
