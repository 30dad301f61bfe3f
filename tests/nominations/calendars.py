"""Calendar links of people, and what a calendar program reads behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from icalendar import Calendar

from members.people.models import Person
from nominations import links, workflow
from tests.cast import act_as


def calendar_path(person: Person) -> str:
    """A new link; an earlier one ends."""
    return links.calendar_path(workflow.make_calendar_link(by=act_as(person)))


def calendar_token(person: Person) -> str:
    """The secret part of it."""
    return calendar_path(person).removeprefix("/nominations/calendar/").removesuffix(".ics")


def entries(path: str) -> list[tuple[str, datetime]]:
    """Title and moment of everything in the calendar, in its order; the moment is the end of an event."""
    response = Client().get(path)
    assert response.status_code == 200, response.status_code
    found: list[Any] = list(Calendar.from_ical(response.content).walk("VEVENT"))
    return [(str(event["summary"]), event["dtend"].dt) for event in found]
