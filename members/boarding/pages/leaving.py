"""Context of the page on which a member leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from members.people.models import Person
from members.people.policy import LEAST_ADMINS, Actor
from members.people.registry import open_work_of
from web.conflicts import NotAllowed


def leaving(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what the person hands over, and why leaving is refused today (UTC); an empty sentence when it is not."""
    person = _member(actor)
    return {
        "work": open_work_of(person.pk),
        "keeps_login": actor.is_steering,
        "is_admin": actor.is_admin,
        "refusal": _refusal(actor, now),
    }


def _refusal(actor: Actor, now: datetime) -> str:
    """Return the sentence of the verb, before somebody has typed anything."""
    if not actor.is_admin:
        return ""
    day = now.date()
    if Person.objects.acting_admins(day).exclude(pk=_member(actor).pk).count() >= LEAST_ADMINS:
        return ""
    return f"You are one of {LEAST_ADMINS} admins, and there have to be that many without you."


def _member(actor: Actor) -> Person:
    if actor.person is None:
        raise NotAllowed("profile:leave")
    return actor.person
