"""The policy of what concerns no nomination yet: lists, and proposing somebody."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from members.boarding.models import Checklist
from members.people.models import Membership, Person
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


def standing_columns(now: datetime) -> dict[str, Any]:
    """Return what stands against proposing a person, as annotations for a query for people; see `why_not`."""
    of_person = {"person": OuterRef("pk")}
    nominations = Nomination.objects.filter(nominee=OuterRef("pk"))
    refused = nominations.refused_since(now - _wait()).order_by("-ended_at")
    return {
        "is_member_now": Exists(Membership.objects.on(now.date()).filter(**of_person)),
        "is_nominated": Exists(nominations.running()),
        "is_on_the_way_in": Exists(Checklist.objects.onboardings().running().filter(**of_person)),
        "refused_at": Subquery(refused.values("ended_at")[:1]),
    }


def why_not(person: Any) -> str:
    """Return why a person with `standing_columns` cannot be proposed, and until when; empty for those who can."""
    if person.is_member_now:
        return f"{person.name} is a member already."
    if person.is_nominated:
        return f"{person.name} has an open nomination already."
    if person.is_on_the_way_in:
        return f"{person.name} has been accepted already, and the onboarding is under way."
    if person.refused_at is None:
        return ""
    return (
        f"{person.name} was not accepted on {day_in_words(person.refused_at)}. "
        f"They can be nominated again from {moment_in_words(person.refused_at + _wait())}."
    )


def _wait() -> timedelta:
    return timedelta(days=settings.RENOMINATION_WAIT_DAYS)


def _not_proposed(nominee: Person, now: datetime) -> str:
    return why_not(Person.objects.annotate(**standing_columns(now)).get(pk=nominee.pk))


#: The thing is the person to propose; most actions have none.
GENERAL: Policy[GeneralAction, Any] = Policy(
    Rule(GeneralAction.LIST, MEMBER | STEERING),
    Rule(GeneralAction.SEE_RULES, MEMBER | STEERING),
    Rule(GeneralAction.LIST_RESOLUTIONS, MEMBER | STEERING),
    Rule(GeneralAction.PROPOSE, MEMBER & ~ONESELF, otherwise=_not_proposed),
    # Allows nothing: it tells members why not.
    Rule(GeneralAction.PROPOSE, MEMBER & ONESELF, otherwise=_oneself),
)
