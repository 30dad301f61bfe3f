"""Permissions to run onboarding and offboarding, and to leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.boarding.enums import MemorialPhase
from members.boarding.models import Checklist, Memorial
from members.people.models import Person, Role
from members.people.permissions import Policy, Rule, Who, the_person
from members.people.policy import ADMIN, MEMBER, ONESELF, RECORDED_ELSEWHERE, STEERING, Actor


class Action(StrEnum):
    """Actions on people, and on checklists in general."""

    SEE_BOARDING = "boarding:list"
    OFFBOARD = "offboarding:run"
    RESIGN = "membership:resign"
    RECORD_DEATH = "memorial:record"


class ChecklistAction(StrEnum):
    """Actions on one checklist."""

    RUN = "checklist:run"
    TICK = "checklist:tick"
    COMPLETE = "checklist:complete"
    CANCEL = "checklist:cancel"


class MemorialAction(StrEnum):
    """Actions on the record that somebody has died."""

    SEE = "memorial:see"
    CONFIRM = "memorial:confirm"
    UNDO = "memorial:undo"


def _is_arriving(actor: Actor, _thing: Any) -> bool:
    return actor.person is not None and Checklist.objects.onboardings().running().filter(person=actor.person).exists()


def _arriving(_thing: Any, _now: datetime) -> Q:
    return Q(pk__in=Checklist.objects.onboardings().running().values("person"))


def _over(checklist: Checklist, _now: datetime) -> str:
    if checklist.is_running:
        return ""
    return "This offboarding is finished." if checklist.is_out else "This onboarding is over."


def _over_or_early(checklist: Checklist, now: datetime) -> str:
    """Return why a step cannot be ticked: access begins after the responsibilities are accepted (domain rule)."""
    is_early = not checklist.is_out and checklist.accepted_at is None
    early = f"{checklist.person.name} accepts the responsibilities first; then the channels." if is_early else ""
    return _over(checklist, now) or early


def _over_or_out(checklist: Checklist, now: datetime) -> str:
    return "An offboarding cannot be cancelled." if checklist.is_out else _over(checklist, now)


def _not_ready(checklist: Checklist, now: datetime) -> str:
    return _over(checklist, now) or " ".join(checklist.missing(now))


def _not_a_member(person: Person, now: datetime) -> str:
    return "" if person.is_member_on(now.date()) else f"{person.name} is not a member."


def _of_memorial(memorial: Memorial) -> Person:
    return memorial.person


def _cannot_be_recorded(person: Person, _now: datetime) -> str:
    # A page that has read either of them asks no query.
    if any(memorial.is_standing for memorial in person.memorials.all()):
        return f"It is recorded already that {person.name} has died."
    return "" if person.memberships.all().exists() else f"{person.name} has never been a member."


def is_for_the_council(person: Person, now: datetime) -> bool:
    """Return whether only a council member gives the second word: of an admin, or a seat on the council. One query."""
    return Role.objects.on(now.date()).filter(person=person, kind__in=RECORDED_ELSEWHERE).exists()


def _for_the_council(memorial: Memorial, now: datetime) -> str:
    if not is_for_the_council(memorial.person, now):
        return ""
    return (
        f"{memorial.person.name} is an admin or sits on the Steering Council: "
        "only a member of the Steering Council gives the second word."
    )


#: People with a running onboarding.
ARRIVING = Who(_is_arriving, _arriving)

POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_BOARDING, ADMIN),
    # Leaving by oneself is RESIGN.
    Rule(Action.OFFBOARD, ADMIN & ~ONESELF, otherwise=_not_a_member),
    Rule(Action.RESIGN, MEMBER),
    Rule(Action.RECORD_DEATH, ADMIN & ~ONESELF, otherwise=_cannot_be_recorded),
)
CHECKLISTS: Policy[ChecklistAction, Checklist] = Policy(
    # Whoever is told that something is to be done: also before a channel can be ticked.
    Rule(ChecklistAction.RUN, ADMIN, otherwise=_over),
    Rule(ChecklistAction.TICK, ADMIN, otherwise=_over_or_early),
    Rule(ChecklistAction.COMPLETE, ADMIN, otherwise=_not_ready),
    Rule(ChecklistAction.CANCEL, ADMIN, otherwise=_over_or_out),
)
#: Neither who gave the first word nor whom it is about.
_SECOND = ~the_person(lambda memorial: memorial.recorded_by) & ~the_person(_of_memorial)
_TO_CONFIRM = frozenset({MemorialPhase.RECORDED})
#: One person's word closes the access, as a suspension does; only a second one's ends the membership, and power ends by
#: the council's alone, as it began. Either word is undone by one, because that gives back what others had decided, but
#: no power, and the login only with two people's word (docs/adr/0121).
MEMORIALS: Policy[MemorialAction, Memorial] = Policy(
    Rule(MemorialAction.SEE, ADMIN | STEERING),
    Rule(MemorialAction.CONFIRM, STEERING & _SECOND, _TO_CONFIRM),
    Rule(MemorialAction.CONFIRM, ADMIN & _SECOND, _TO_CONFIRM, otherwise=_for_the_council),
    Rule(
        MemorialAction.UNDO,
        (ADMIN | STEERING) & ~the_person(_of_memorial),
        frozenset({MemorialPhase.RECORDED, MemorialPhase.CONFIRMED}),
    ),
    phase_of=lambda memorial, _now: memorial.phase,
    instead={
        MemorialPhase.CONFIRMED: "This is confirmed already.",
        MemorialPhase.UNDONE: "This record is undone already.",
    },
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
