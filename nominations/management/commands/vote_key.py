"""``manage.py vote_key new``: a key pair for a vote whose private key never touches the server."""

from __future__ import annotations

import base64
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nominations import keys


class Command(BaseCommand):
    """Make a key pair for an officer."""

    help = (
        "Make a key pair for one vote, on a machine of the officer's own. Needs no database. The private half goes "
        "into a file that only you can read; the public half is printed, for the page on which you accept the office."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file for the private half."""
        parser.add_argument("what", choices=["new"], help="new: make a pair")
        parser.add_argument("--file", type=Path, default=Path("vote.key"), help="where the private half goes")

    def handle(self, *, file: Path, **_options: Any) -> None:
        """Write the private half to its file and print the public half."""
        private, public = keys.make_pair()
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{file} cannot be written ({error.strerror}): choose another --file.") from error
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(private) + b"\n")
        self.stdout.write("Public key, for the page on which you accept the office:")
        self.stdout.write(keys.shown(public))
        self.stdout.write(f"The private key is in {file}. Keep it until the count, then destroy it.")
