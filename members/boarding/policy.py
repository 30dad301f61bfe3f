"""Who may run onboarding and offboarding, and who may leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.boarding.models import Onboarding
from members.people.models import Person
from members.people.permissions import Policy, Rule, Who
from members.people.policy import ADMIN, MEMBER, ONESELF, Actor


class Action(StrEnum):
    """What can be done to checklists, and to a membership that ends."""

    SEE_BOARDING = "boarding:list"
    ONBOARD = "onboarding:run"
    OFFBOARD = "offboarding:run"
    RESIGN = "membership:resign"


def _is_arriving(actor: Actor, _thing: Any) -> bool:
    return actor.person is not None and Onboarding.objects.running().filter(person=actor.person).exists()


def _arriving(_thing: Any, _now: datetime) -> Q:
    return Q(pk__in=Onboarding.objects.running().values("person"))


#: People with a running onboarding.
ARRIVING = Who(_is_arriving, _arriving)

POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_BOARDING, ADMIN),
    Rule(Action.ONBOARD, ADMIN),
    # Leaving by oneself is RESIGN.
    Rule(Action.OFFBOARD, ADMIN & ~ONESELF),
    Rule(Action.RESIGN, MEMBER),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
