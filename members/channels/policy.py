"""The rules about the list of channels and the accounts noted in them."""

from __future__ import annotations

from enum import StrEnum

from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN


class Action(StrEnum):
    """Actions on channels."""

    SEE_CHANNELS = "channel:list"
    KEEP_CHANNELS = "channel:keep"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_CHANNELS, ADMIN),
    Rule(Action.KEEP_CHANNELS, ADMIN),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
