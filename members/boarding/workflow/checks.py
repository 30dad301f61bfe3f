"""Write results of drift checks onto steps of checklists. `members.drift` calls this and records the check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from members.boarding.enums import CheckResult, Direction
from members.boarding.models import ChecklistStep
from members.channels.models import Channel


@transaction.atomic
def note_check(
    channel: Channel,
    *,
    check_run: UUID,
    at: datetime,
    results: Mapping[UUID, CheckResult],
    inside: Collection[UUID],
    gone: Collection[UUID],
) -> None:
    """Write the result of one channel onto every step about it, those of finished checklists included.

    `results` says by person what stands out. `inside` are the people who were found, `gone` those who have left the
    team and whose account, which is on record, was not found: both confirm steps that are ticked.
    """
    steps = ChecklistStep.objects.filter(channel=channel)
    steps.update(checked_at=at, check_run=check_run, check_result=CheckResult.AS_EXPECTED)
    people = defaultdict(list)
    for person, result in results.items():
        people[result].append(person)
    for result, group in people.items():
        steps.filter(checklist__person__in=group).update(check_result=result)
    ticked = steps.filter(confirmed_at=None, done_at__isnull=False)
    given = ticked.filter(checklist__direction=Direction.IN, not_needed=False)
    given.filter(checklist__person__in=inside).update(confirmed_at=at)
    taken = ticked.filter(checklist__direction=Direction.OUT)
    taken.filter(checklist__person__in=gone).update(confirmed_at=at)


@transaction.atomic
def note_outage(channel: Channel, *, check_run: UUID, at: datetime) -> None:
    """Write onto every step about a channel that it could not be read; called while no check ever could."""
    steps = ChecklistStep.objects.filter(channel=channel)
    steps.update(checked_at=at, check_run=check_run, check_result=CheckResult.UNREAD)
