"""Write results of drift checks onto steps of checklists. `members.drift` calls this and records the check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from members.boarding.enums import CheckResult, Direction
from members.boarding.models import Checklist, ChecklistStep
from members.channels.models import Channel
from members.people.models import Person


@dataclass(frozen=True)
class Sightings:
    """The people whom a check looked for in one channel, by what it can say of them."""

    inside: Collection[UUID]
    """Found there, some of them perhaps only by the name that an account shows."""
    certainly_inside: Collection[UUID]
    """Found under an account that is known to be theirs."""
    gone: Collection[UUID]
    """Left the team, and their account, which is on record, was not found."""
    certainly_gone: Collection[UUID]
    """Of these, whoever cannot be there under another account either."""


@transaction.atomic
def note_check(
    channel: Channel, *, check_run: UUID, at: datetime, results: Mapping[UUID, CheckResult], sightings: Sightings
) -> int:
    """Write the result of one channel onto every step about it, those of finished checklists included.

    `results` says by person what stands out. Who was found or is gone confirms a step that is ticked; where that is
    certain, an open step of a running checklist is ticked. Return how many were.
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
    given.filter(checklist__person__in=sightings.inside).update(confirmed_at=at)
    taken = ticked.filter(checklist__direction=Direction.OUT)
    taken.filter(checklist__person__in=sightings.gone).update(confirmed_at=at)
    return _tick(channel, sightings, at)


def _tick(channel: Channel, sightings: Sightings, at: datetime) -> int:
    """Tick the open steps that the check has settled, on the way in once the responsibilities are accepted."""
    running = Checklist.objects.running()
    arrived = running.onboardings().exclude(accepted_at=None).filter(person__in=sightings.certainly_inside)
    left = running.offboardings().filter(person__in=sightings.gone)
    is_certain = Q(checklist__person__in=sightings.certainly_gone) | Q(applied_at__isnull=False)
    is_settled = Q(checklist__in=arrived) | (Q(checklist__in=left) & is_certain)
    return ChecklistStep.objects.filter(is_settled, channel=channel, done_at=None).update(done_at=at, confirmed_at=at)


@transaction.atomic
def note_applied(channel: Channel, person_id: UUID, *, direction: Direction, by: Person, at: datetime) -> None:
    """Write onto the open step of a running checklist that the portal has let somebody in or out, as `by` confirmed.

    Called by `members.drift`, which records the change. A check ticks the step.
    """
    running = Checklist.objects.running().filter(person=person_id, direction=direction)
    ChecklistStep.objects.filter(checklist__in=running, channel=channel, done_at=None).update(
        applied_at=at, applied_by=by
    )


@transaction.atomic
def note_outage(channel: Channel, *, check_run: UUID, at: datetime) -> None:
    """Write onto every step about a channel that it could not be read; called while no check ever could."""
    steps = ChecklistStep.objects.filter(channel=channel)
    steps.update(checked_at=at, check_run=check_run, check_result=CheckResult.UNREAD)
