"""The rules about reading, publishing and accepting the team's documents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.documents import registry
from members.people.models import Person
from members.people.permissions import NOBODY, Policy, Rule, Who
from members.people.policy import ADMIN, MEMBER, Actor


class Action(StrEnum):
    """Actions on documents beyond reading the public pages."""

    SEE_DOCUMENTS = "document:history"
    PUBLISH_DOCUMENTS = "document:publish"
    ACCEPT = "document:accept"


def _is_newcomer(actor: Actor, thing: Any) -> bool:
    return any(who.holds(actor, thing) for who in registry.newcomers())


def _newcomers(thing: Any, now: datetime) -> Q:
    people = NOBODY
    for who in registry.newcomers():
        people |= who.people(thing, now)
    return people


NEWCOMER = Who(_is_newcomer, _newcomers)


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_DOCUMENTS, MEMBER),
    Rule(Action.PUBLISH_DOCUMENTS, ADMIN),
    Rule(Action.ACCEPT, MEMBER | NEWCOMER),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
