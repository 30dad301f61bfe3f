"""Who may run the inactivity review, answer for others, and decide on names."""

from __future__ import annotations

from enum import StrEnum

from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN, ONESELF, STEERING


class Action(StrEnum):
    """What can be done about the inactivity review."""

    SEE_REVIEWS = "inactivity:see"
    RUN_REVIEWS = "inactivity:run"
    ANSWER_FOR = "inactivity:answer"
    DECIDE = "inactivity:decide"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_REVIEWS, ADMIN | STEERING),
    Rule(Action.RUN_REVIEWS, ADMIN),
    # Nobody answers or decides for themselves.
    Rule(Action.ANSWER_FOR, ADMIN & ~ONESELF),
    Rule(Action.DECIDE, STEERING & ~ONESELF),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
