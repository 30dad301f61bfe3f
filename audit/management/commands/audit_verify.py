"""``manage.py audit_verify``: check that the log is whole and unchanged."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from audit import clock
from audit.models import Link
from audit.verify import differences, head, read_checkpoints


class Command(BaseCommand):
    """Verify the audit log."""

    help = (
        "Read the audit log from its first event to its last and report every difference. "
        "Ends with a non-zero exit code if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files of checkpoints to read and to write."""
        parser.add_argument("--against", type=Path, metavar="FILE", help="compare with the checkpoints in FILE")
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="append the chain's present end to FILE")

    def handle(self, *, against: Path | None, checkpoint: Path | None, **_options: Any) -> None:
        """Print every difference; raises CommandError if there is one, or a file of checkpoints cannot be read."""
        try:
            wanted = read_checkpoints(against) if against else []
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Reading the audit log", total=Link.objects.count())
            faults = list(differences(wanted, lambda count: progress.update(bar, completed=count)))
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"the audit log has {len(faults)} differences")
        end = head(clock.now())
        if checkpoint:
            with checkpoint.open("a", encoding="utf-8") as file:
                file.write(end.line() + "\n")
        self.stdout.write(f"The audit log is whole: {end.sequence} events, hash {end.hash}.")
