"""Record what the Steering Council decides on a person without a vote of the members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_offboarding, begin_onboarding
from members.people.models import MembershipBegan, MembershipEnded, Person, RoleKind
from members.people.policy import Actor
from members.people.tally import CouncilTally
from members.people.workflow import begin_role, end_role, lock_admins
from nominations.events import NominationEvent
from nominations.models import Resolution, ResolutionKind
from nominations.policy import RESOLUTIONS, ResolutionAction

#: The verb of `members` that a decision which carries calls.
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
) -> Resolution:
    """Record what the Steering Council decided on `person`; if it carried, it takes effect at once.

    `decided_on` is a day in UTC up to today; the effect begins today, not then. Raises `NotAllowed`
    for anybody but a Steering Council member who is not that person, `Conflict` for what does not
    fit what the person is now, for the second record of one decision, and for one that would leave
    too few admins.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    resolution = Resolution(
        kind=kind,
        person=person,
        decided_on=decided_on,
        link=link,
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstained,
        reason=reason,
        recorded_at=at,
    )
    resolution.recorded_by = who = RESOLUTIONS.require(ResolutionAction.RECORD, by, resolution, at)
    resolution.save()
    if resolution.carries:
        _EFFECTS[kind](person, authority=link, by=by, at=at)
    facts = {"person": person.pk, "resolved": kind, "carries": resolution.carries}
    record(NominationEvent.RESOLUTION_RECORDED, target=resolution, by=who, at=at, **facts)
    return resolution
