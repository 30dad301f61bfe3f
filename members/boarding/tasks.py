"""Celery tasks about checklists."""

from __future__ import annotations

from celery import shared_task

from members.boarding import workflow
from members.boarding.models import Checklist
from web.background import attempt


@shared_task
def remind_of_boarding() -> None:
    """Remind of every running checklist for which it is time; runs every hour."""
    for checklist in Checklist.objects.running():
        attempt(workflow.remind, checklist)
