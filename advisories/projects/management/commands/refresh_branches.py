"""``manage.py refresh_branches``: take the branches of CPython from the published release cycle."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advisories.projects import queries, workflow
from advisories.projects.models import Project
from advisories.projects.release_cycle import PROJECT, CycleBranch
from advisories.projects.release_feed import MAX_BYTES, ReleaseCycleError, fetch, read
from audit import clock


class Command(BaseCommand):
    """Take the branches of CPython with their status, dates and release managers."""

    help = (
        "Take the branches of CPython from the release cycle at RELEASE_CYCLE_URL, or from a file. It is read whole "
        "before anything is written, says what changes, and writes all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a file instead of the address, and whether to write."""
        parser.add_argument("--file", type=Path, metavar="PATH", help="read this release-cycle.json, fetch nothing")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *, file: Path | None, dry_run: bool, **_options: Any) -> None:
        """Read the release cycle, say what it changes, and write it."""
        cycle, source = _read(file)
        today = clock.now().date()
        if dry_run:
            changes = queries.branch_changes(queries.branches_of(Project.objects.get(pk=PROJECT)), cycle)
        else:
            changes = workflow.take_branches(cycle, source=source, as_of=today)
        for sentence in changes.sentences():
            self.stdout.write(sentence)
        count = len(changes.added) + len(changes.changed)
        would = " would be" if dry_run else ""
        self.stdout.write(f"{len(cycle)} branches in {source}: {count or 'nothing'}{would} new or changed")


def _read(file: Path | None) -> tuple[list[CycleBranch], str]:
    address = settings.RELEASE_CYCLE_URL
    if file is None and not address:
        raise CommandError("RELEASE_CYCLE_URL is not set. Set it, or name a file with --file.")
    try:
        if file is None:
            return fetch(address), address
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise CommandError(f"{file} has more than {MAX_BYTES:,} bytes. Nothing was written.")
        return read(content, str(file)), file.name[:300]
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}. Nothing was written.") from error
    except ReleaseCycleError as error:
        raise CommandError(f"{error} Nothing was written.") from error
