"""Contribute checklists, offboarding and leaving to the pages of lower apps, and checklists to a person's own data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from members.boarding import queries
from members.boarding.enums import Direction
from members.boarding.models import Checklist
from members.boarding.pages import newcomer
from members.boarding.policy import Action, allows, possible
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from members.people.registry import OwnData
from web.sections import Section


def on_record(status: PersonStatus, actor: Actor, now: datetime) -> Iterator[Section]:
    """Yield the newest checklists of a person and, where the reader may begin one, the link to an offboarding."""
    person = status.person
    prefetch_related_objects([person], "memorials")
    newest = {checklist.direction: checklist for checklist in reversed(list(person.checklists.all()))}
    checklists: dict[str, Any] = {
        "onboarding": newest.get(Direction.IN),
        "offboarding": newest.get(Direction.OUT),
        "memorial": next((one for one in person.memorials.all() if one.is_standing), None),
    }
    yield Section("access", 30, "boarding/_record_checklists.html", checklists)
    if allows(Action.OFFBOARD, actor, person, now):
        url = reverse("boarding:offboard", args=[person.slug])
        yield Section("actions", 20, "people/_action.html", {"label": "Offboard", "url": url})

    if allows(Action.RECORD_DEATH, actor, person, now):
        url = reverse("boarding:record_death", args=[person.slug])
        yield Section("actions", 30, "people/_action.html", {"label": "Record that they have died", "url": url})


def on_profile(person: Person, actor: Actor, now: datetime) -> Iterator[Section]:
    """Yield what is missing for somebody on the way in, and the way out for a member."""
    onboarding = queries.onboarding_of(person, now)
    if onboarding:
        yield Section(
            "start", 10, "boarding/_profile_newcomer.html", {"newcomer": newcomer.newcomer_of(onboarding, now)}
        )
    if Action.RESIGN in possible(actor):
        leave = {"label": "Leave the team", "url": reverse("boarding:leave")}
        yield Section("data", 10, "people/_action.html", leave)


#: Names of the moments in the document, which stay, and the fields of a checklist.
_ARRIVING = {
    "approved_at": "begun_at",
    "accepted_at": "accepted_at",
    "completed_at": "completed_at",
    "cancelled_at": "cancelled_at",
}
_LEAVING = {"begun_at": "begun_at", "finished_at": "completed_at"}


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield the moments of a person's checklists."""
    rows = list(person.checklists.all())
    onboardings = [row for row in rows if row.direction == Direction.IN]
    offboardings = [row for row in rows if row.direction == Direction.OUT]
    yield OwnData(60, "onboardings", [_moments(row, _ARRIVING) for row in onboardings], onboardings)
    yield OwnData(70, "offboardings", [_moments(row, _LEAVING) for row in offboardings], offboardings)


def _moments(row: Checklist, names: Mapping[str, str]) -> dict[str, str | None]:
    moments: dict[str, datetime | None] = {name: getattr(row, field) for name, field in names.items()}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}
