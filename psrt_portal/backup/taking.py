"""Take a backup: a dump of one moment, the manifest of that moment, and nothing that would open a ballot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from audit import clock
from audit.checkpoints import Checkpoint, checkpoints_so_far
from audit.verify import verify
from nominations.keys import sync_folder
from psrt_portal import __version__
from psrt_portal.backup import programs
from psrt_portal.backup.errors import BackupError
from psrt_portal.backup.manifest import DUMP, Manifest, sha256_of, version_of
from psrt_portal.backup.tables import Tell, fingerprints, left_out

#: A table that a migration holds locked is waited for this long, in milliseconds.
_LOCK_WAIT = 60_000


@dataclass(frozen=True)
class Taken:
    """A backup that is complete."""

    folder: Path
    manifest: Manifest


def take(target: Path, tell: Tell) -> Taken:
    """Write a backup into a folder of its own below `target`, named by its moment in UTC.

    Needs no more rights than the portal has. Raises `BackupError`, and leaves nothing behind then.
    """
    target = target.expanduser().resolve()
    _require_apart(target)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".", suffix=".partial", dir=target, ignore_cleanup_errors=True) as partial:
            folder = Path(partial)
            manifest = _write(folder, tell)
            done = target / f"{manifest.made_at:%Y-%m-%dT%H%M%SZ}"
            _move(folder, done)
    except OSError as error:
        raise BackupError(f"No backup was made in {target}: {error.strerror}.") from error
    return Taken(done, manifest)


def _require_apart(target: Path) -> None:
    """Raise `BackupError` if whoever copies the folder of backups would copy the vote keys with it."""
    keys: Path = settings.VOTE_KEY_DIR
    if target.is_relative_to(keys) or keys.is_relative_to(target):
        raise BackupError(
            f"{target} and the folder of the vote keys, {keys}, lie in one another. With its key a backup opens the "
            "ballots of a running vote: keep backups in another folder, and never back up that one."
        )


def _write(folder: Path, tell: Tell) -> Manifest:
    """Write dump and manifest of one moment: everything is read by one snapshot of the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        moment = clock.now()  # the first statement that reads: what it sees, all others do
        tables = fingerprints(connection, tell)
        log = verify(_checkpoints(), lambda count: tell("Verifying the audit log", count, 0))
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        tell("Writing the dump", 0, 0)
        programs.run(
            connection,
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--lock-wait-timeout={_LOCK_WAIT}",
            f"--file={folder / DUMP}",
            *(f"--exclude-table-data=public.{table}" for table in sorted(left_out())),
        )
        server, applied = version_of(cursor), MigrationRecorder(connection).applied_migrations()
    manifest = Manifest(
        made_at=moment,
        portal=__version__,
        postgresql=server,
        migrations=frozenset(applied),
        dump_sha256=sha256_of(folder / DUMP),
        tables=tables,
        audit=log.end,
        differences=log.differences,
    )
    manifest.write(folder)
    return manifest


def _checkpoints() -> list[Checkpoint]:
    """Return the checkpoints kept so far. Raises OSError, and `BackupError` for a file that is none of checkpoints."""
    try:
        return checkpoints_so_far(settings.CHECKPOINT_FILE)
    except ValueError as error:
        raise BackupError(f"{error}: mend or move the file, then take the backup again.") from error


def _move(folder: Path, done: Path) -> None:
    """Give a complete backup its name, for good. Raises OSError, also when there is one of the same second."""
    folder.rename(done)
    sync_folder(done.parent)
