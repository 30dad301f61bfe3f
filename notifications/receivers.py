"""Listen to the signal of every recorded event."""

from __future__ import annotations

from typing import Any

from audit.models import Event
from notifications import tasks, workflow
from web.background import after_commit


def remember(*, event: Event, **_signal: Any) -> None:
    """Write the notices in the transaction of the event, and tell a worker after it.

    The hint is sent on commit; when the broker does not take it, the sweep finds the rows.
    """
    for notice in workflow.remember(event):
        after_commit(tasks.hint, str(notice.pk))
