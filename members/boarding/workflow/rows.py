"""Locking and making the rows of a checklist."""

from __future__ import annotations

from datetime import datetime

from members.boarding.models import Checklist, ChecklistStep
from members.channels.models import Channel
from members.people.models import Person


def locked(checklist: Checklist, now: datetime) -> Checklist:
    """Return the checklist as it is now, with its facts. Its person is locked until the transaction ends."""
    Person.objects.select_for_update().get(pk=checklist.person_id)
    return Checklist.objects.with_facts(now).select_related("person").get(pk=checklist.pk)


def add_steps(checklist: Checklist) -> None:
    """Make a step for each channel in use. When somebody leaves, the portal has closed their login already."""
    closed_at = checklist.begun_at if checklist.is_out else None
    ChecklistStep.objects.bulk_create(
        ChecklistStep(checklist=checklist, channel=channel, done_at=closed_at if channel.is_login else None)
        for channel in Channel.objects.in_use()
    )
