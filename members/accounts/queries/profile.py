"""Read what a person's own page shows."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from audit.models import Event, label
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.people.models import Person, Preferences
from members.people.registry import last_activity_of


def preferences_of(person: Person) -> Preferences:
    """Return what they chose; the defaults, not written, for somebody who has chosen nothing."""
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def last_active_on(person: Person, at: datetime) -> date | None:
    """Return the last day (UTC) on which they coordinated or commented on a report; None for never."""
    return last_activity_of([person.pk], person.added_at, at).get(person.pk)


def sign_ins(person: Person) -> QuerySet[Event]:
    """Return the events of their signing in, newest first."""
    user: User | None = getattr(person, "user", None)
    events = Event.objects.filter(kind=AccountEvent.SIGNED_IN, target=label(user))
    return events.order_by("-at", "-pk") if user else events.none()
