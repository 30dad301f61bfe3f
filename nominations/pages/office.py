"""The officer's own page, and what waits for an officer on the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Subquery
from django.urls import reverse

from members.people.models import Person
from members.people.policy import Actor
from nominations import keys, numbers
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


def _to_accept() -> Q:
    return Q(accepted_at=None, nomination__vote=None, nomination__ended_at=None)


def _to_count(now: datetime) -> Q:
    is_over = Q(nomination__vote__closes_at__lte=now, nomination__vote__closed_at=None, nomination__ended_at=None)
    return is_over & Q(nomination__vote__officer=F("person"))


def _to_destroy() -> Q:
    is_spent = Q(nomination__vote__closed_at__isnull=False) | Q(nomination__ended_at__isnull=False)
    return is_spent & Q(nomination__vote__officer=F("person"), nomination__vote__key_destroyed_at=None)


#: What an officer has to do: the name of its column, the title with the number of the vote, and why.
_DUTIES = (
    (
        "office_to_accept",
        "Make the key of vote {}",
        "You are asked to keep it. Accept with a key of your own, or decline.",
    ),
    ("office_to_count", "Vote {} waits for your key", "Voting has ended, and nobody else can count it."),
    ("office_to_destroy", "Destroy the key of vote {}", "It is of no use any more, and opens what backups hold."),
)


def _columns(actor: Actor, now: datetime) -> Columns:
    """Return columns with the nomination and the number of the office that has waited longest, of each duty."""
    if actor.person is None or not actor.has_access:
        return {}
    own = KeyOffice.objects.filter(person=actor.person).order_by("asked_at", "pk")
    columns: Columns = {}
    for (name, _, _), due in zip(_DUTIES, (_to_accept(), _to_count(now), _to_destroy()), strict=True):
        columns[name] = Subquery(own.filter(due).values("nomination")[:1])
        columns[f"{name}_number"] = Subquery(own.filter(due).values("nomination__number")[:1])
    return columns


def _to_do(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return what an officer does next: accept with a key, count, or destroy the key."""
    return [
        Waiting(
            urgency="Officer",
            tone="now",
            due=None,
            title=title.format(numbers.shown(values[f"{name}_number"])),
            detail=detail,
            url=reverse("nominations:office", args=[values[name]]),
            action="See",
        )
        for name, title, detail in _DUTIES
        if values[name] is not None
    ]


WAITING = ColumnSource(_columns, _to_do)


@dataclass(frozen=True)
class OfficeLine:
    """One office, for an officer who has no dashboard."""

    title: str
    url: str


def offices_of(person: Person) -> list[OfficeLine]:
    """Return the offices of `person` that are not done, whatever their turn: from outside no other page leads there."""
    running = Q(nomination__ended_at=None, nomination__vote__closed_at=None)
    offices = KeyOffice.objects.filter(running | _to_destroy(), person=person).select_related("nomination")
    return [
        OfficeLine(
            f"The key of vote {office.nomination.reference}", reverse("nominations:office", args=[office.nomination_id])
        )
        for office in offices.order_by("asked_at", "pk")
    ]
