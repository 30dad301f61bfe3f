"""The area of this app on the page of all areas."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from members.people.models import Person
from web.areas import AreaSource, CountOf, Values
from web.waiting import Area, Columns


def members_column(today: date) -> CountOf:
    """Return the number of members on `today` (UTC)."""
    return CountOf(Person.objects.members(today).values("pk"))


def _columns(now: datetime) -> Columns:
    return {"members": members_column(now.date())}


def _people(values: Values, _now: datetime) -> Area:
    return Area(
        title="People",
        url=reverse("people:list"),
        detail="Everybody the portal knows: periods, roles, and what you can do about them.",
        urgency=f"{values['members']} members",
        tone="neutral",
    )


AREAS = (AreaSource(group="People", position=40, columns=_columns, area=_people),)
