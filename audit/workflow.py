"""Verbs about the log itself: keep a checkpoint, and note who reads it."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from audit import checkpoints, clock
from audit.events import LOG, AuditEvent
from audit.log import record
from audit.models import Event
from audit.queries import has_read
from audit.verify import Verification, verify

logger = logging.getLogger(__name__)

#: Of the differences, the server's log gets this many.
_LOGGED = 20


def keep_checkpoint() -> Event:
    """Verify the whole log against the checkpoints in `CHECKPOINT_FILE` and add one; return the event that says so.

    A log that is not whole gets no checkpoint: that would sign it. Its event, like that of a file that cannot be read
    or written, is an alarm (`notifications.routes`).
    """
    path: Path = settings.CHECKPOINT_FILE
    try:
        found = verify(checkpoints.checkpoints_so_far(path))
        if not found.is_whole:
            return _alarm(found)
        checkpoints.append(path, found.end)
    except (OSError, ValueError) as error:
        # The class alone: a broken line may hold anything.
        logger.error("no checkpoint of the audit log was kept in %s: %s", path, type(error).__name__)
        return _note(AuditEvent.CHECKPOINT_FAILED, error=type(error).__name__)
    end = found.end
    return _note(AuditEvent.CHECKPOINT_KEPT, sequence=end.sequence, hash=end.hash, verified_at=end.at)


def _alarm(found: Verification) -> Event:
    for difference in found.differences[:_LOGGED]:
        logger.error("the audit log is not whole: %s", difference)
    logger.error("the audit log has %s differences; no checkpoint was kept", len(found.differences))
    return _note(AuditEvent.VERIFICATION_FAILED, differences=len(found.differences))


@transaction.atomic
def _note(kind: AuditEvent, **data: Any) -> Event:
    return record(kind, target=LOG, by=None, **data)


def note_restore(*, made_at: datetime) -> Event:
    """Record that database and log came out of a backup that holds the moment `made_at`; everybody in power is told."""
    return _note(AuditEvent.RESTORED, made_at=made_at)


def note_reading(by: models.Model) -> Event | None:
    """Record that somebody reads the log, once per person and day (UTC); None when it is recorded already.

    Who may read it is asked by the page. Only the first reading of a day takes a lock.
    """
    return None if has_read(by, clock.now()) else _record_reading(by)


@transaction.atomic
def _record_reading(by: models.Model) -> Event | None:
    with connection.cursor() as cursor:
        # Two windows opened at once; the number names this lock alone.
        cursor.execute("SELECT pg_advisory_xact_lock(778812, hashtext(%s))", [str(by.pk)])
    at = clock.now()
    return None if has_read(by, at) else record(AuditEvent.LOG_READ, target=LOG, by=by, at=at)
