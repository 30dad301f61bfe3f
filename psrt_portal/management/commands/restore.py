"""``manage.py restore``: a backup into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from psrt_portal.backup.errors import BackupError
from psrt_portal.backup.restoring import Restored, restore
from psrt_portal.backup.steps import shown
from web.dates import moment_in_words


class Command(BaseCommand):
    """Restore a backup."""

    help = (
        "Restore a backup into the empty database of DATABASE_URL, as its owner, and verify it: rows and hashes of "
        "every table, the audit log, the counts of closed votes. Signs everybody out and pauses mail. On any "
        "difference the database is empty again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder of one backup."""
        parser.add_argument("source", type=Path, help="the folder that “manage.py backup” made, named by its moment")

    def handle(self, *, source: Path, **_options: Any) -> None:
        """Restore, and say what to do next; raises CommandError when nothing was restored."""
        try:
            with shown() as tell:
                restored = restore(source, tell)
        except (BackupError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except Error as error:
            # The class alone: the message may quote a row.
            raise CommandError(
                f"Nothing was restored, because the database answered with {type(error).__name__}. "
                "Is DATABASE_OWNER_URL right, and is the server up?"
            ) from error
        manifest = restored.manifest
        self.stdout.write(
            f"Restored: {len(manifest.tables)} tables with {manifest.rows} rows, as of "
            f"{moment_in_words(manifest.made_at)}. They are those of the manifest, the audit log is whole, and every "
            "closed vote recounts. Everybody is signed out, and open invitations are revoked; second factors work as "
            f"before. Mail is paused; {restored.waiting_mails} mails wait."
        )
        self.stdout.write("\nWhat to do now (docs/backup.md, “Restore”):")
        for number, step in enumerate(_steps(restored), start=1):
            self.stdout.write(f"{number}. {step}")


def _steps(restored: Restored) -> Iterator[str]:
    end = restored.manifest.audit
    yield (
        f"Compare {end.as_argument()} with the checkpoint mails from before the backup: the newest one has this "
        "sequence or a smaller one. “manage.py audit_verify --expect” compares."
    )
    path = settings.CHECKPOINT_FILE
    if restored.younger:
        yield (
            f"{path} has later checkpoints, up to event {restored.younger[-1].sequence}: what lies between is lost. "
            f"Move the file away, or the nightly check will fail: mv {path} {path.with_suffix('.until-restore')}"
        )
    yield (
        "Give a new LINK_KEY and a new SECRET_KEY, without the old ones as fallbacks: links that were ended since the "
        "backup would open again. Leave FACTOR_KEY as it is."
    )
    for vote in restored.lost_keys:
        yield (
            f"The key of a vote is not in VOTE_KEY_DIR. Put the folder back, or have admins stop the vote: "
            f"{settings.SITE_URL}{vote.nomination.get_absolute_url()}"
        )
    yield "Start the web server. Take access away again from everybody who lost it after the backup."
    yield "Look at the mails that wait: some were sent after the backup. Then “manage.py mail resume”, worker and beat."
