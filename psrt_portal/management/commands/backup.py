"""``manage.py backup``: write the database, and what proves it, into a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from psrt_portal.backup.errors import BackupError
from psrt_portal.backup.steps import shown
from psrt_portal.backup.taking import take
from web.dates import moment_in_words


class Command(BaseCommand):
    """Back the database up."""

    help = (
        "Back the database up while the portal runs: a dump of one moment, and a manifest with the rows and hashes of "
        "every table and the end of the audit log. Never holds the keys of running votes, nor any other key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder of backups."""
        parser.add_argument(
            "target",
            type=Path,
            help="the folder of all backups, such as /var/backups/portal; this one becomes a folder in it, named by "
            "its moment in UTC",
        )

    def handle(self, *, target: Path, **_options: Any) -> None:
        """Back up; raises CommandError when there is no backup, or its audit log is not whole."""
        try:
            with shown() as tell:
                taken = take(target, tell)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except Error as error:
            # The class alone: the message may quote a row.
            raise CommandError(
                f"Nothing was made, because the database answered with {type(error).__name__}. "
                "Is DATABASE_URL right, and has “manage.py migrate” run?"
            ) from error
        manifest = taken.manifest
        self.stdout.write(
            f"{taken.folder}: {len(manifest.tables)} tables with {manifest.rows} rows, as of "
            f"{moment_in_words(manifest.made_at)}. The audit log ends at {manifest.audit.as_argument()}."
        )
        if manifest.differences:
            for difference in manifest.differences:
                self.stderr.write(difference)
            raise CommandError(
                "The backup is complete, but its audit log is not whole, so “manage.py restore” will refuse it. Keep "
                "it as evidence, and the backups before it (docs/operations.md, “The audit log”)."
            )
