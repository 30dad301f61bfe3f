"""Celery tasks about checklists."""

from __future__ import annotations

from celery import shared_task

from members.boarding import workflow
from members.boarding.models import Offboarding, Onboarding
from web.background import attempt


@shared_task
def remind_of_boarding() -> None:
    """Every hour: whoever a checklist waits for hears of it again when it is time."""
    for onboarding in Onboarding.objects.running():
        attempt(workflow.remind_onboarding, onboarding)
    for offboarding in Offboarding.objects.running():
        attempt(workflow.remind_offboarding, offboarding)
