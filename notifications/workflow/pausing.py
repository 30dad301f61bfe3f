"""Verbs of the operator: stop all mail, and let it go again."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from notifications import queries
from notifications.events import NotificationEvent
from notifications.models import Delivery, MailPause
from notifications.workflow.locks import PAUSE_LOCK, lock
from web.conflicts import Conflict


@transaction.atomic
def pause(reason: str, *, operator: str) -> MailPause:
    """Stop all mail of the workers until `resume`. Raises `Conflict` when it is paused already.

    `operator` is the name of who acts on the server. Nothing is lost: what comes up meanwhile waits as rows.
    """
    lock(PAUSE_LOCK)
    if queries.pause_in_force():
        raise Conflict("Mail is paused already.")
    pause_ = MailPause.objects.create(begun_at=clock.now(), reason=reason)
    record(NotificationEvent.PAUSED, target=pause_, by=None, at=pause_.begun_at, operator=operator)
    return pause_


@transaction.atomic
def resume(*, operator: str) -> MailPause:
    """Let workers send again. Raises `Conflict` when mail is not paused.

    The time in which tries are not given up begins again for everything that waits: the pause was no failed try.
    """
    lock(PAUSE_LOCK)
    pause_ = queries.pause_in_force()
    if pause_ is None:
        raise Conflict("Mail is not paused.")
    pause_.ended_at = clock.now()
    pause_.save(update_fields=["ended_at"])
    Delivery.objects.open().filter(trying_since__lt=pause_.ended_at).update(trying_since=pause_.ended_at)
    record(
        NotificationEvent.RESUMED,
        target=pause_,
        by=None,
        at=pause_.ended_at,
        operator=operator,
        paused_at=pause_.begun_at,
    )
    return pause_
