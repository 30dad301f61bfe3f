"""Permissions to see drift checks, run them, and order changes in a channel."""

from __future__ import annotations

from enum import StrEnum

from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN


class Action(StrEnum):
    """Actions on drift checks."""

    SEE_DRIFT = "drift:see"
    CHECK_DRIFT = "drift:check"
    APPLY_DRIFT = "drift:apply"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_DRIFT, ADMIN),
    Rule(Action.CHECK_DRIFT, ADMIN),
    Rule(Action.APPLY_DRIFT, ADMIN),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
