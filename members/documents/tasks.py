"""Celery tasks about documents."""

from __future__ import annotations

from celery import shared_task

from members.documents import workflow


@shared_task
def remind_of_acceptance() -> None:
    """Once a day: who has not accepted the responsibilities in force hears of it when it is time."""
    workflow.remind_of_acceptance()
