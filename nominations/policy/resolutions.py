"""The policy of the Steering Council's decisions on people: recording one, and what a second seat does with it.

One seat alone changes nothing at once: a decision waits for a second seat, or for a day without an objection (ADR 88).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings

from members.people.models import Person, RoleKind
from members.people.permissions import Instead, Policy, Rule, the_person
from members.people.policy import ADMIN, MEMBER, STEERING
from members.people.queries.council import obstacle_to_abstentions, obstacle_to_tally
from members.people.queries.people import obstacle_to_loss_of_admin
from nominations.models import TAKES_POWER, Resolution, ResolutionKind, ResolutionPhase

#: How long every seat can object before a decision takes effect by itself. The portal's own: a day is long enough to be
#: read in every time zone, and short enough for a removal that cannot wait.
OBJECTION_TIME = timedelta(hours=24)


class ResolutionAction(StrEnum):
    """The actions on a decision that is not recorded yet."""

    RECORD = "resolution:record"


class RecordedAction(StrEnum):
    """The actions on a decision that is recorded."""

    SEE = "resolution:see"
    CONFIRM = "resolution:confirm"
    OBJECT = "resolution:object"
    CORRECT = "resolution:correct"
    SEE_OBJECTION = "objection:see"


CONCERNED = the_person(lambda resolution: resolution.person)
RECORDED_BY = the_person(lambda resolution: resolution.recorded_by)
#: PEP 13: a conflict of interest keeps somebody out of it, and nobody has a stronger one.
SEAT = STEERING & ~CONCERNED

#: Without effect, and still open to one.
_WAITING = frozenset({ResolutionPhase.PENDING, ResolutionPhase.BLOCKED})
_WITHOUT_EFFECT = _WAITING | {ResolutionPhase.OBJECTED, ResolutionPhase.NOT_CARRIED}

_INSTEAD: dict[ResolutionPhase, Instead[Resolution]] = {
    ResolutionPhase.NOT_CARRIED: "This decision did not carry, so there is nothing to confirm or to stop.",
    ResolutionPhase.PENDING: "This decision waits for a second council member.",
    ResolutionPhase.BLOCKED: "This decision waits for a second council member.",
    ResolutionPhase.OBJECTED: "A council member has objected to this decision; it has no effect.",
    ResolutionPhase.EFFECTIVE: "This decision has taken effect. A new decision of the council can undo it.",
    ResolutionPhase.CORRECTED: "This record was corrected by a later one, which counts instead.",
}


def _not_recorded(resolution: Resolution, now: datetime) -> str:
    if resolution.decided_on > now.date():
        return "The day of the decision is still to come."
    others = Resolution.objects.filter(kind=resolution.kind, person=resolution.person).standing()
    if resolution.corrects is not None:
        others = others.exclude(pk=resolution.corrects.pk)
    if others.filter(decided_on=resolution.decided_on, link=resolution.link).exists():
        return "This decision is recorded already."
    if resolution.carries and others.waiting().exists():
        return "The same decision on this person is recorded already, and waits for a second council member."
    kind, person, today = ResolutionKind(resolution.kind), resolution.person, now.date()
    tally, decided_on = resolution.tally, resolution.decided_on
    impossible = obstacle_to_tally(tally, decided_on) or obstacle_to_abstentions(tally, decided_on, person)
    return impossible or obstacle_to_effect(kind, person, today) or _too_few_admins(resolution, today)


def obstacle_to_effect(kind: ResolutionKind, person: Person, day: date) -> str:
    """Return why the council cannot decide so on what `person` is on `day`; "" for nothing."""
    if kind == ResolutionKind.RETURN_MEMBER:
        return _no_return(person, day)
    # By the record, not by the actor: a suspended person has no powers, and can be removed all the same.
    if not person.is_member_on(day):
        return f"{person.name} is not a member."
    is_admin = person.holds(RoleKind.ADMIN, day)
    if kind == ResolutionKind.DESIGNATE_ADMIN and is_admin:
        return f"{person.name} is an admin already."
    if kind == ResolutionKind.RELEASE_ADMIN and not is_admin:
        return f"{person.name} is not an admin."
    return ""


def _too_few_admins(resolution: Resolution, day: date) -> str:
    ends = resolution.kind in TAKES_POWER
    return obstacle_to_loss_of_admin(resolution.person, day) if ends and resolution.carries else ""


def _no_return(person: Person, day: date) -> str:
    if not settings.RETURN_BY_DECISION:
        return "By this portal’s rule an emeritus comes back by a new vote of the members."
    return "" if Person.objects.emeritus(day).filter(pk=person.pk).exists() else f"{person.name} is not emeritus."


#: The thing is the decision as it would be recorded; it need not be saved.
RESOLUTIONS: Policy[ResolutionAction, Resolution] = Policy(
    Rule(ResolutionAction.RECORD, SEAT, otherwise=_not_recorded),
)

#: The thing is a decision that is recorded.
RECORDED: Policy[RecordedAction, Resolution] = Policy(
    Rule(RecordedAction.SEE, MEMBER | STEERING),
    # Two seats: one has recorded, and this is another one.
    Rule(RecordedAction.CONFIRM, SEAT & ~RECORDED_BY, _WAITING),
    # Whoever recorded it may stop it as well: they have seen a mistake.
    Rule(RecordedAction.OBJECT, SEAT, _WAITING),
    Rule(RecordedAction.CORRECT, SEAT, _WITHOUT_EFFECT),
    Rule(RecordedAction.SEE_OBJECTION, (STEERING | ADMIN) & ~CONCERNED),
    phase_of=lambda resolution, _now: resolution.phase,
    instead=_INSTEAD,
    see=RecordedAction.SEE,
)
