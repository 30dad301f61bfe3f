"""Restore a backup into an empty database, verify it, and let nothing happen before somebody has looked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from audit import workflow as audit
from audit.checkpoints import Checkpoint, checkpoints_so_far
from audit.verify import verify
from members.accounts import workflow as accounts
from nominations import queries as nominations
from nominations.models import Vote
from notifications import queries as notification_queries
from notifications import workflow as notifications
from notifications.management.commands.mail import operator
from notifications.models import Delivery, Notice
from psrt_portal import roles
from psrt_portal.backup import programs, tables
from psrt_portal.backup.errors import BackupError
from psrt_portal.backup.manifest import DUMP, Manifest, read, require_fit
from psrt_portal.backup.tables import Tell

#: The number of the lock that one restore holds; another one waits for nothing and is refused.
_LOCK = 778_830
#: Of the differences, the operator is told this many.
_TOLD = 20


@dataclass(frozen=True)
class Restored:
    """What stands in the database now, and what to look at."""

    manifest: Manifest
    younger: list[Checkpoint]
    """Checkpoints of events that came after the backup: what was lost."""
    lost_keys: list[Vote]
    """Votes that have to be counted, and whose key is gone."""
    waiting_mails: int


def restore(source: Path, tell: Tell) -> Restored:
    """Restore the backup in the folder `source`, as the owner of the tables; nobody is signed in, and mail is paused.

    The portal's own role gets its rights last, so that nothing runs on what is not verified. Raises
    `BackupError` or ImproperlyConfigured; then the database is as empty as it was.
    """
    source = source.expanduser().resolve()
    manifest = read(source)
    kept = _kept_checkpoints()
    with roles.as_owner(connection), _alone():
        runtime = settings.DATABASES["default"]["USER"]
        roles.require_runtime(connection, runtime)
        require_fit(manifest, source, connection)
        _require_empty()
        tell("Restoring the dump", 0, 0)
        programs.run(
            connection, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            str(source / DUMP),
        )  # fmt: skip
        with _all_or_nothing():
            _require_equal(manifest, tell)
            tell("Migrating", 0, 0)
            call_command(Migrate(), interactive=False, verbosity=0)
            # Until the first release a migration may change and keep its name (docs/adr/0064).
            _refuse(tables.missing_columns(connection))
            _require_whole(manifest, kept, tell)
            _calm(manifest)
            roles.grant(connection, runtime)
        running = [vote for vote in Vote.objects.uncounted() if vote.has_lost_key]
        waiting = Delivery.objects.to_send().count() + Notice.objects.unexpanded().count()
    return Restored(manifest, [one for one in kept if one.sequence > manifest.audit.sequence], running, waiting)


def _kept_checkpoints() -> list[Checkpoint]:
    path: Path = settings.CHECKPOINT_FILE
    try:
        return checkpoints_so_far(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be read ({error.strerror}): make it readable, or move it away.") from error
    except ValueError as error:
        raise BackupError(f"{error}: mend the file, or move it away.") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second restore from emptying what the first one has just restored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise BackupError("Another restore into this database is running: wait for its end.")
    yield  # the lock ends with the connection, and that with the owner's block


def _require_empty() -> None:
    found = tables.objects(connection)
    if found:
        name = connection.settings_dict["NAME"]
        raise BackupError(
            f"The database {name} is not empty: it holds {_names(found)}. A backup is restored into an empty database "
            "only (docs/backup.md says how to make one); nothing was changed."
        )


def _names(found: list[tuple[str, str]]) -> str:
    some = [f"{kind.lower()} {name}" for kind, name in found[:3]]
    return ", ".join([*some, f"{len(found) - 3} more"] if len(found) > 3 else some)


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Empty the database again if what was restored is not what it must be, whatever stops the block."""
    try:
        yield
    except BaseException:
        tables.empty(connection)
        raise


def _require_equal(manifest: Manifest, tell: Tell) -> None:
    """Raise `BackupError` unless every table holds the rows of the manifest."""
    with transaction.atomic():
        found = tables.fingerprints(connection, tell)
    _refuse(tables.differences(manifest.tables, found))


def _require_whole(manifest: Manifest, kept: list[Checkpoint], tell: Tell) -> None:
    """Raise `BackupError` unless the audit log is whole, agrees with all checkpoints, and closed votes recount."""
    earlier = [one for one in kept if one.sequence <= manifest.audit.sequence]
    log = verify([manifest.audit, *earlier], lambda count: tell("Verifying the audit log", count, 0))
    found = list(log.differences)
    if log.end.sequence != manifest.audit.sequence:
        found.append(f"the audit log ends at {log.end.sequence}, and at {manifest.audit.sequence} in the manifest")
    closed = list(Vote.objects.recountable())
    for number, vote in enumerate(closed):
        tell("Recounting closed votes", number, len(closed))
        if not nominations.recounts(vote):
            found.append(f"vote {vote.pk}: its ballots are not what was counted")
    _refuse(found)


def _refuse(found: list[str]) -> None:
    if not found:
        return
    more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
    raise BackupError(
        "\n".join([*found[:_TOLD], *more, "This backup does not verify, and the database is empty again: use another."])
    )


def _calm(manifest: Manifest) -> None:
    """Sign everybody out, revoke invitations, pause mail, and record what happened. Second factors stay as they are."""
    with transaction.atomic():
        accounts.forget_sessions()
        accounts.revoke_all()
        if notification_queries.pause_in_force() is None:
            notifications.pause("Restored from a backup", operator=operator())
        audit.note_restore(made_at=manifest.made_at)
