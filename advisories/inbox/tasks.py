"""Celery tasks about incoming mail."""

from __future__ import annotations

from celery import shared_task

from advisories.inbox import queries, workflow
from audit import clock
from web.background import attempt


@shared_task
def settle_handled_mail() -> None:
    """Carry out what admins decided once it can no longer be taken back; one failure does not stop the rest."""
    for key in queries.due_to_settle(clock.now()):
        attempt(workflow.settle, key)


@shared_task
def remind_of_inbox() -> None:
    """Remind the admins of mail that waits; runs every day."""
    workflow.remind()


@shared_task
def delete_old_mail() -> None:
    """Delete discarded mail and noise; runs every night."""
    attempt(workflow.delete_old, clock.now())
