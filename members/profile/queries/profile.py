"""Read what a person's own page shows."""

from __future__ import annotations

from datetime import date, datetime

from members.people.models import Person, Preferences
from members.people.registry import last_activity_of


def preferences_of(person: Person) -> Preferences:
    """Return what they chose; the defaults, not written, for somebody who has chosen nothing."""
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def last_active_on(person: Person, at: datetime) -> date | None:
    """Return the last day (UTC) on which they coordinated or commented on a report; None for never."""
    return last_activity_of([person.pk], person.added_at, at).get(person.pk)
