"""The policy of what concerns no nomination yet: lists, and proposing somebody."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings

from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import MEMBER, ONESELF, STEERING
from nominations.models import Nomination
from web.dates import day_in_words, moment_in_words


class GeneralAction(StrEnum):
    """The actions that concern no nomination yet: open to a group, or about a person."""

    LIST = "nomination:list"
    PROPOSE = "nomination:propose"
    SEE_RULES = "rules:see"
    LIST_RESOLUTIONS = "resolution:list"


def _oneself(_nominee: Person, _now: datetime) -> str:
    return "You cannot nominate yourself."


def _not_proposed(nominee: Person, now: datetime) -> str:
    if nominee.is_member_on(now.date()):
        return f"{nominee.name} is a member already."
    nominations = Nomination.objects.filter(nominee=nominee)
    if nominations.running().exists():
        return f"{nominee.name} has an open nomination already."
    wait = timedelta(days=settings.RENOMINATION_WAIT_DAYS)
    refused = nominations.refused_since(now - wait).order_by("-ended_at").first()
    if refused is None or refused.ended_at is None:
        return ""
    return (
        f"{nominee.name} was not accepted on {day_in_words(refused.ended_at)}. "
        f"They can be nominated again from {moment_in_words(refused.ended_at + wait)}."
    )


#: The thing is the person to propose; most actions have none.
GENERAL: Policy[GeneralAction, Any] = Policy(
    Rule(GeneralAction.LIST, MEMBER | STEERING),
    Rule(GeneralAction.SEE_RULES, MEMBER | STEERING),
    Rule(GeneralAction.LIST_RESOLUTIONS, MEMBER | STEERING),
    Rule(GeneralAction.PROPOSE, MEMBER & ~ONESELF, otherwise=_not_proposed),
    # Allows nothing: it tells members why not.
    Rule(GeneralAction.PROPOSE, MEMBER & ONESELF, otherwise=_oneself),
)
