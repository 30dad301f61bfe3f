"""``manage.py import_roster``: bring in the team from the developer's guide's files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from members.people import roster_file, workflow
from members.people.roster_file import RosterError


class Command(BaseCommand):
    """Import the roster files of the developer's guide."""

    help = (
        "Import the team from psrt.csv and, if given, psrt-emeritus.csv (no header; name, GitHub name, notes; UTF-8). "
        "Everything or nothing: one faulty line, and nothing is written. A second import changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and the dry run."""
        parser.add_argument("members", type=Path, metavar="psrt.csv", help="the current members")
        parser.add_argument("--emeritus", type=Path, metavar="FILE", help="the emeritus members")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *, members: Path, emeritus: Path | None, dry_run: bool, **_options: Any) -> None:
        """Read the files, import them in one transaction, and print what is new."""
        try:
            rows = roster_file.read(members, emeritus=False)
            if emeritus:
                rows += roster_file.read(emeritus, emeritus=True)
            roster_file.check_distinct(rows)
            with (
                Progress(console=Console(stderr=True), transient=True) as progress,
                transaction.atomic(),
            ):
                bar = progress.add_task("Importing the roster", total=len(rows))
                changed = workflow.import_roster(rows, on_row=lambda count: progress.update(bar, completed=count))
                transaction.set_rollback(dry_run)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except RosterError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        for person in changed:
            self.stdout.write(f"{'would add' if dry_run else 'added'}: {person.name}")
        current = sum(not row.emeritus for row in rows)
        self.stdout.write(
            f"{current} members and {len(rows) - current} emeritus read; "
            f"{len(changed) or 'nothing'} {'would be ' if dry_run else ''}new."
        )
