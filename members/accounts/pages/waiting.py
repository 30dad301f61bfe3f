"""The suspensions in force, and what waits for a second person, for the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from members.accounts.models import Invitation
from members.accounts.policy import Action, allows, possible
from members.people.models import Person, Suspension
from members.people.policy import Actor
from web.areas import CountOf
from web.waiting import Columns, ColumnSource, Waiting


def _columns(actor: Actor, now: datetime) -> Columns:
    if Action.END_SUSPENSION not in possible(actor):
        return {}
    people = Suspension.objects.in_force().values(suspended=JSONObject(pk="person_id", name="person__name"))
    # Neither one's own address nor one that the reader named waits for the reader.
    addresses = Invitation.objects.to_confirm(now).exclude(Q(person=actor.person) | Q(invited_by=actor.person))
    return {
        "suspended": ArraySubquery(people),
        "addresses_to_confirm": CountOf(addresses.values("pk")),
    }


def _items(actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return the suspensions that `actor` may end, and the addresses that they may confirm."""
    people = [Person(pk=UUID(fields["pk"]), name=fields["name"]) for fields in values["suspended"]]
    to_end = [_item(person) for person in people if allows(Action.END_SUSPENSION, actor, person)]
    return [*to_end, *_to_confirm(values["addresses_to_confirm"])]


def _to_confirm(number: int) -> list[Waiting]:
    """Return one item for all addresses that wait for a second person."""
    if not number:
        return []
    return [
        Waiting(
            urgency="Second person",
            tone="accent",
            due=None,
            title="An address to confirm" if number == 1 else f"{number} addresses to confirm",
            detail="Somebody named it for a member, a council member or somebody who has been accepted.",
            url=reverse("accounts:confirm"),
            action="Look",
        )
    ]


def _item(person: Person) -> Waiting:
    return Waiting(
        urgency="Suspended",
        tone="now",
        due=None,
        title=f"The access of {person.name} is closed",
        detail="By an emergency suspension. It ends when somebody ends it.",
        url=reverse("accounts:suspensions"),
        action="See",
    )


WAITING = ColumnSource(_columns, _items)
