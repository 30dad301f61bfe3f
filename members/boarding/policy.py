"""Permissions to run onboarding and offboarding, and to leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.boarding.models import Checklist
from members.people.models import Person
from members.people.permissions import Policy, Rule, Who
from members.people.policy import ADMIN, MEMBER, ONESELF, Actor


class Action(StrEnum):
    """Actions on people, and on checklists in general."""

    SEE_BOARDING = "boarding:list"
    OFFBOARD = "offboarding:run"
    RESIGN = "membership:resign"


class ChecklistAction(StrEnum):
    """Actions on one checklist."""

    TICK = "checklist:tick"
    COMPLETE = "checklist:complete"
    CANCEL = "checklist:cancel"


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
    return "An offboarding is not given up." if checklist.is_out else _over(checklist, now)


def _not_ready(checklist: Checklist, now: datetime) -> str:
    return _over(checklist, now) or " ".join(checklist.missing(now))


def _not_a_member(person: Person, now: datetime) -> str:
    return "" if person.is_member_on(now.date()) else f"{person.name} is not a member."


#: People with a running onboarding.
ARRIVING = Who(_is_arriving, _arriving)

POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_BOARDING, ADMIN),
    # Leaving by oneself is RESIGN.
    Rule(Action.OFFBOARD, ADMIN & ~ONESELF, otherwise=_not_a_member),
    Rule(Action.RESIGN, MEMBER),
)
CHECKLISTS: Policy[ChecklistAction, Checklist] = Policy(
    Rule(ChecklistAction.TICK, ADMIN, otherwise=_over_or_early),
    Rule(ChecklistAction.COMPLETE, ADMIN, otherwise=_not_ready),
    Rule(ChecklistAction.CANCEL, ADMIN, otherwise=_over_or_out),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
