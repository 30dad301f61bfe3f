"""``manage.py audit_verify``: check that the log is whole and unchanged."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from audit import clock
from audit.checkpoints import Checkpoint, append, checkpoints_so_far, read_checkpoints
from audit.models import Link
from audit.verify import Verification, verify


class Command(BaseCommand):
    """Verify the audit log."""

    help = (
        "Read the audit log from its first event to its last and report every difference. "
        "Ends with a non-zero exit code if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files of checkpoints to read and to write."""
        parser.add_argument("--against", type=Path, metavar="FILE", help="compare with the checkpoints in FILE")
        parser.add_argument(
            "--expect",
            type=_checkpoint_of,
            action="append",
            default=[],
            metavar="SEQUENCE:HASH",
            help="compare with this checkpoint, as the nightly mail has it; can be repeated",
        )
        parser.add_argument(
            "--checkpoint",
            type=Path,
            metavar="FILE",
            help="compare with the checkpoints in FILE, and add the present end if there is no difference",
        )

    def handle(
        self, *, against: Path | None, checkpoint: Path | None, expect: list[Checkpoint], **_options: Any
    ) -> None:
        """Print every difference; raises CommandError if there is one, or a file cannot be read or written."""
        wanted = [*expect, *_wanted(against, checkpoint)]
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Reading the audit log", total=Link.objects.count())
            found = verify(wanted, lambda count: progress.update(bar, completed=count))
        self._report(found)
        if checkpoint:
            try:
                append(checkpoint, found.end)
            except OSError as error:
                raise CommandError(f"The log is whole, but no checkpoint was added to {_sentence(error)}") from error
        self.stdout.write(f"The audit log is whole: {found.end.sequence} events, hash {found.end.hash}.")

    def _report(self, found: Verification) -> None:
        for difference in found.differences:
            self.stderr.write(difference)
        if not found.is_whole:
            number = len(found.differences)
            raise CommandError(f"The audit log has {number} difference{'s' if number > 1 else ''}.")


def _checkpoint_of(text: str) -> Checkpoint:
    if not (found := re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text)):
        raise ArgumentTypeError("a checkpoint is SEQUENCE:HASH, a number and 64 hexadecimal digits")
    return Checkpoint(int(found[1]), found[2], clock.now())


def _wanted(against: Path | None, checkpoint: Path | None) -> list[Checkpoint]:
    """Return the checkpoints of both files; that of `--checkpoint` may not be there yet."""
    try:
        return [
            *(read_checkpoints(against) if against else []),
            *(checkpoints_so_far(checkpoint) if checkpoint else []),
        ]
    except OSError as error:
        raise CommandError(f"Cannot read {_sentence(error)}") from error
    except ValueError as error:
        raise CommandError(str(error)) from error


def _sentence(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}."
