"""Context of the page on which a member leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import obstacle_to_loss_of_admin
from members.people.registry import open_work_of
from web.conflicts import NotAllowed


def leaving(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what the person hands over, and why leaving is refused today (UTC); an empty sentence when it is not."""
    person = _member(actor)
    return {
        "work": open_work_of(person.pk),
        "keeps_login": actor.is_steering,
        "is_admin": actor.is_admin,
        "may_return_by_decision": settings.RETURN_BY_DECISION,
        "refusal": obstacle_to_loss_of_admin(person, now.date()),
    }


def _member(actor: Actor) -> Person:
    if actor.person is None:
        raise NotAllowed("profile:leave")
    return actor.person
