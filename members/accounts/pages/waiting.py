"""The suspensions in force, for the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from members.accounts.policy import Action, allows, possible
from members.people.models import Person, Suspension
from members.people.policy import Actor
from web.waiting import Columns, ColumnSource, Waiting


def _columns(actor: Actor, _now: datetime) -> Columns:
    if Action.END_SUSPENSION not in possible(actor):
        return {}
    people = Suspension.objects.in_force().values(suspended=JSONObject(pk="person_id", name="person__name"))
    return {"suspended": ArraySubquery(people)}


def _items(actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return the suspensions that `actor` may end."""
    people = [Person(pk=UUID(fields["pk"]), name=fields["name"]) for fields in values["suspended"]]
    return [_item(person) for person in people if allows(Action.END_SUSPENSION, actor, person)]


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
