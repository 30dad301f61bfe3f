"""The rules about projects, their branches and the security policy."""

from __future__ import annotations

from enum import StrEnum

from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN, MEMBER


class Action(StrEnum):
    """Actions on projects and the policy beyond reading the public page."""

    SEE_PROJECTS = "project:list"
    KEEP_PROJECTS = "project:keep"
    SEE_POLICY = "policy:history"
    KEEP_POLICY = "policy:keep"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_PROJECTS, MEMBER),
    Rule(Action.KEEP_PROJECTS, ADMIN),
    Rule(Action.SEE_POLICY, MEMBER),
    Rule(Action.KEEP_POLICY, ADMIN),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
