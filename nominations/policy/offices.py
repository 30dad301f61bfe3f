"""The policy of the key's officer: what they do on a page of their own, whoever they are.

The officer may be from outside the team. The office is the permission, and its holder reads nothing else by it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.people.permissions import Instead, Policy, Rule, Who, the_person
from members.people.policy import Actor
from nominations.models import COUNTED, KeyOffice, Phase


class OfficeAction(StrEnum):
    """The actions of an officer."""

    SEE = "office:see"
    ACCEPT = "office:accept"
    GIVE_BACK = "office:give_back"
    COUNT = "office:count"
    DESTROY = "office:destroy_key"


def _destroyed(office: KeyOffice, _now: datetime) -> str:
    return "You have confirmed this already." if office.nomination.vote.key_destroyed_at else ""


def _instead(phase: Any) -> Instead[KeyOffice]:
    return f"This is not possible now. The nomination is at: {Phase(phase).label}."


def _is_asked(actor: Actor, _thing: Any) -> bool:
    return actor.person is not None and KeyOffice.objects.running().filter(person=actor.person).exists()


def _asked(_thing: Any, _now: datetime) -> Q:
    return Q(pk__in=KeyOffice.objects.running().values("person"))


#: Who is asked to keep a key, or keeps one, of a nomination that has not ended. Their address needs a second person's
#: word, whoever they are (docs/adr/0090).
ASKED_TO_KEEP_KEY = Who(_is_asked, _asked)

_HOLDER = the_person(lambda office: office.person)
#: The ballots are counted or destroyed, so the key is of no use any more.
_SPENT = COUNTED | {Phase.ANNULLED, Phase.CANCELLED, Phase.WITHDRAWN}

OFFICES: Policy[OfficeAction, KeyOffice] = Policy(
    Rule(OfficeAction.SEE, _HOLDER),
    Rule(OfficeAction.ACCEPT, _HOLDER, frozenset({Phase.PROPOSED})),
    # Afterwards the ballots are sealed for this key, and nobody else can take it over.
    Rule(OfficeAction.GIVE_BACK, _HOLDER, frozenset({Phase.PROPOSED})),
    Rule(OfficeAction.COUNT, _HOLDER, frozenset({Phase.CLOSING})),
    Rule(OfficeAction.DESTROY, _HOLDER, _SPENT, _destroyed),
    phase_of=lambda office, now: office.nomination.phase(now),
    instead=_instead,
    see=OfficeAction.SEE,
)
