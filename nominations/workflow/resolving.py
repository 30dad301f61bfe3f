"""Record what the Steering Council decides on a person without a vote of the members, and let it take effect.

Every verb locks the rows of all admins, then the person, then the decision: decisions wait for one another, and none
takes effect twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_offboarding, begin_onboarding
from members.people.models import MembershipBegan, MembershipEnded, Person, RoleKind
from members.people.policy import Actor, actor_of
from members.people.queries.council import seats_filled
from members.people.tally import CouncilTally
from members.people.workflow import begin_role, end_role, lock_admins
from nominations import queries
from nominations.events import NominationEvent
from nominations.models import Resolution, ResolutionKind
from nominations.policy import (
    OBJECTION_TIME,
    RECORDED,
    RESOLUTIONS,
    RecordedAction,
    ResolutionAction,
    obstacle_to_effect,
)
from nominations.registry import was_mail_held
from web.conflicts import Conflict

#: The verb of `members` that a decision calls when it takes effect.
_EFFECTS: Mapping[ResolutionKind, Callable[..., object]] = {
    ResolutionKind.DESIGNATE_ADMIN: partial(begin_role, kind=RoleKind.ADMIN),
    ResolutionKind.RELEASE_ADMIN: partial(end_role, kind=RoleKind.ADMIN),
    ResolutionKind.REMOVE_MEMBER: partial(begin_offboarding, ending=MembershipEnded.REMOVED),
    ResolutionKind.RETURN_MEMBER: partial(begin_onboarding, began=MembershipBegan.DECISION),
}


@transaction.atomic
def record_resolution(
    kind: ResolutionKind,
    person: Person,
    *,
    decided_on: date,
    link: str,
    tally: CouncilTally,
    reason: str,
    by: Actor,
    is_public: bool = True,
    corrects: Resolution | None = None,
) -> Resolution:
    """Record what the Steering Council decided on `person`; nothing changes before another seat or the time has spoken.

    `decided_on` is a day in UTC up to today. `is_public` is the council's choice whether public pages name the decision
    as the source of a role (PEP 13); how a membership ended is never public. With `corrects` it stands for an earlier,
    mistaken record without effect, which stays readable. Raises `NotAllowed` for anybody but a Steering Council member
    who is not that person, `Conflict` for what does not fit what the person is now or the seats of that day, for the
    second record of one decision, and for the correction of one that took effect.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    corrected = _lock(corrects) if corrects is not None else None
    if corrected is not None:
        # Before the new row exists: naming it in `corrects` makes it the correction of the other one.
        RECORDED.require(RecordedAction.CORRECT, by, corrected, at)
    resolution = Resolution(
        kind=kind,
        person=person,
        decided_on=decided_on,
        link=link,
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstained,
        reason=reason,
        is_public=is_public and kind != ResolutionKind.REMOVE_MEMBER,
        recorded_at=at,
        corrects=corrected,
    )
    resolution.recorded_by = who = RESOLUTIONS.require(ResolutionAction.RECORD, by, resolution, at)
    if resolution.carries:
        resolution.obstacle = _obstacle_to_silence(resolution, at)
        resolution.due_at = None if resolution.obstacle else at + OBJECTION_TIME
    resolution.save()
    facts: dict[str, Any] = {"person": person.pk, "resolved": kind, "carries": resolution.carries}
    if corrected is not None:
        facts["corrects"] = corrected.pk
    record(NominationEvent.RESOLUTION_RECORDED, target=resolution, by=who, at=at, **facts)
    return resolution


@transaction.atomic
def confirm_resolution(resolution: Resolution, *, by: Actor) -> Resolution:
    """Confirm a decision as the second seat; it takes effect at once.

    Raises `NotAllowed` for anybody but a Steering Council member who has neither recorded it nor is the person
    concerned, `Conflict` when it is over or does not fit what the person is now, or would leave too few admins.
    """
    resolution, at = _lock(resolution), clock.now()
    who = RECORDED.require(RecordedAction.CONFIRM, by, resolution, at)
    resolution.confirmed_by = who
    _take_effect(resolution, by, at)
    return resolution


@transaction.atomic
def object_to_resolution(resolution: Resolution, objection: str, *, by: Actor) -> Resolution:
    """Stop a decision that has no effect yet, with a sentence for the council and the admins.

    Raises `NotAllowed` for anybody but a Steering Council member who is not the person concerned, `Conflict` when it
    has taken effect or is over.
    """
    resolution, at = _lock(resolution), clock.now()
    who = RECORDED.require(RecordedAction.OBJECT, by, resolution, at)
    resolution.objected_by, resolution.objected_at, resolution.objection = who, at, objection
    resolution.save(update_fields=["objected_by", "objected_at", "objection"])
    record(NominationEvent.RESOLUTION_OBJECTED, target=resolution, by=who, at=at, person=resolution.person_id)
    return resolution


@transaction.atomic
def let_resolution_lapse(resolution: Resolution) -> Resolution:
    """Let a decision take effect whose time has passed without an objection; calling it twice is harmless.

    What stands in the way by now (the person has left, too few admins would be left, whoever recorded it has no seat
    any more, nobody else could have objected) is written down instead, and the decision waits for a second seat.
    """
    resolution, at = _lock(resolution), clock.now()
    if not Resolution.objects.due(at).filter(pk=resolution.pk).exists():
        return resolution
    obstacle = _obstacle_to_silence(resolution, at)
    if not obstacle:
        try:
            with transaction.atomic():
                _take_effect(resolution, None, at)
        except Conflict as conflict:
            obstacle, resolution.effective_at = str(conflict), None
    if obstacle:
        resolution.blocked_at, resolution.obstacle = at, obstacle
        resolution.save(update_fields=["blocked_at", "obstacle"])
        record(NominationEvent.RESOLUTION_BLOCKED, target=resolution, by=None, at=at, person=resolution.person_id)
    return resolution


def _obstacle_to_silence(resolution: Resolution, at: datetime) -> str:
    """Return why silence is not enough, as a sentence; "" when it is. Asked at the record and again when time is up.

    Silence means consent only of somebody who could have spoken. Once a seat has objected to such a decision it is not
    enough either: else one seat could record it again each day until a day comes on which nobody looks.
    """
    if not actor_of(resolution.recorded_by, at.date()).is_steering:
        return f"{resolution.recorded_by.name}, who recorded it, does not act for the Steering Council any more."
    if Resolution.objects.about_the_same(resolution).filter(objected_at__isnull=False).exists():
        return "A council member has objected to such a decision before, so silence is not enough."
    if seats_filled(resolution.decided_on) is None:
        return "Nobody wrote down who sat on the council on the day of the decision, so silence is not enough."
    if was_mail_held(resolution.recorded_at, at):
        return "Mail was paused meanwhile, so not every council member was told in time, and silence is not enough."
    if not queries.seats_able_to_object(resolution, at).exists():
        return "No other council member could have objected the whole time, so silence is not enough."
    return ""


def _take_effect(resolution: Resolution, by: Actor | None, at: datetime) -> None:
    """Call the verb of `members`. Raises `Conflict` when the decision does not fit what the person is now."""
    kind, person = ResolutionKind(resolution.kind), resolution.person
    if obstacle := obstacle_to_effect(kind, person, at.date()):
        raise Conflict(obstacle)
    shown = {"is_public": resolution.is_public} if kind is ResolutionKind.DESIGNATE_ADMIN else {}
    _EFFECTS[kind](person, authority=resolution.link, by=by, at=at, **shown)
    resolution.effective_at = at
    resolution.save(update_fields=["confirmed_by", "effective_at"])
    who = by.person if by else None
    facts = {"person": person.pk, "resolved": kind}
    record(NominationEvent.RESOLUTION_EFFECTIVE, target=resolution, by=who, at=at, **facts)


def _lock(resolution: Resolution) -> Resolution:
    """Return the decision as it is now, locked until the transaction ends, after all admins and its person."""
    lock_admins()
    Person.objects.select_for_update().get(pk=resolution.person_id)
    Resolution.objects.select_for_update().get(pk=resolution.pk)
    return Resolution.objects.whole().get(pk=resolution.pk)
