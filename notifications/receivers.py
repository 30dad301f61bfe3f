"""Listen to the signal of every recorded event."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from audit.models import Event
from notifications import tasks, workflow


def remember(*, event: Event, **_signal: Any) -> None:
    """Write the notices in the transaction of the event, and tell a worker after it.

    The hint is sent on commit; when the broker does not take it, the sweep finds the rows.
    """
    for notice in workflow.remember(event):
        transaction.on_commit(partial(tasks.hint, str(notice.pk)), robust=True)
