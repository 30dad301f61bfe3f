"""Celery tasks about documents."""

from __future__ import annotations

from celery import shared_task

from members.documents import workflow


@shared_task
def remind_of_acceptance() -> None:
    """Remind the members who have not accepted the responsibilities in force. Runs once a day."""
    workflow.remind_of_acceptance()
