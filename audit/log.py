"""`record`: the one way to write to the log."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, models, transaction

from audit import clock
from audit.models import Event, label, plain
from audit.signals import event_recorded


def record(
    kind: StrEnum,
    *,
    target: models.Model | str,
    by: models.Model | str | None,
    at: datetime | None = None,
    **data: Any,
) -> Event:
    """Write one event in the caller's transaction and send it to the one listener.

    `target` is what it happened to: a row, or a name such as ``members.roster`` for a whole set.
    `by` is the person who acted, ``"reporter"`` for somebody without an account, or None for the
    portal itself. `at` is the moment of the action where the caller has already asked the clock.
    `data` holds ids, counts and names of fields: never the value of a confidential field.
    Raises `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded in the transaction of its action")
    event = Event(at=at or clock.now(), kind=str(kind), actor=label(by), target=label(target), data=plain(data))
    event.leaf = event.digest()
    event.save(force_insert=True)
    event_recorded.send(sender=Event, event=event)
    return event
