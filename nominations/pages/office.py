"""The officer's own page, and what waits for an officer on the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Subquery
from django.urls import reverse

from members.people.policy import Actor
from nominations import keys
from nominations.models import KeyOffice, Phase
from nominations.policy import OFFICES, OfficeAction
from web.waiting import Columns, ColumnSource, Waiting

#: The number of the step that is due, by phase; the others wait.
_STEPS = {Phase.PROPOSED: 2, Phase.OPEN: 3, Phase.CLOSING: 4}


def office(actor: Actor, shown: KeyOffice, now: datetime) -> dict[str, Any]:
    """Return the context of the officer's page."""
    nomination = shown.nomination
    phase, actions = nomination.phase(now), OFFICES.allowed(actor, shown, now)
    is_ready = shown.accepted_at is not None
    return {
        "office": shown,
        "nomination": nomination,
        "vote": nomination.vote_or_none,
        "phase": phase,
        "step": 3 if phase is Phase.PROPOSED and is_ready else _STEPS.get(phase, 5),
        "public_key": keys.shown(bytes(shown.public_key)) if is_ready else "",
        "can": {action.name.lower(): action in actions for action in OfficeAction},
    }


def _columns(actor: Actor, now: datetime) -> Columns:
    if actor.person is None or not actor.has_access:
        return {}
    own = KeyOffice.objects.filter(person=actor.person)
    to_accept = own.filter(accepted_at=None, nomination__vote=None, nomination__ended_at=None)
    to_count = own.filter(
        Q(nomination__vote__closes_at__lte=now),
        nomination__ended_at=None,
        nomination__vote__closed_at=None,
        nomination__vote__officer=F("person"),
    )
    first = {"office_to_accept": to_accept, "office_to_count": to_count}
    return {name: Subquery(rows.order_by("asked_at").values("nomination")[:1]) for name, rows in first.items()}


def _to_do(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return what an officer does next: accept with a key, or count."""
    items = (
        ("office_to_accept", "You are asked to keep the key of a vote", "Accept with a key of your own, or decline."),
        ("office_to_count", "A vote waits for your key", "Voting has ended, and nobody else can count it."),
    )
    return [
        Waiting(
            urgency="Officer",
            tone="now",
            due=None,
            title=title,
            detail=detail,
            url=reverse("nominations:office", args=[values[name]]),
            action="See",
        )
        for name, title, detail in items
        if values[name] is not None
    ]


WAITING = ColumnSource(_columns, _to_do)
