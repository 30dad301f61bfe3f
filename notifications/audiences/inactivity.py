"""Audiences of the inactivity review; `people.council` reads a review that was sent."""

from __future__ import annotations

from audit import clock
from audit.models import Event
from members.inactivity import policy, queries
from members.people.models import Person
from notifications.audiences.people import People
from notifications.queries import note_of


def noticed(event: Event) -> People:
    """Return the person of a notice while they can answer it; a late mail has no recipient."""
    now = clock.now()
    entry = queries.entries(now.date()).get(pk=event.target_id)
    return policy.OF_NAMED.people_who(policy.NamedAction.ANSWER, entry, now)


def noted(event: Event) -> People:
    """Return the person whom a note is about."""
    return Person.objects.filter(pk=note_of(event).person_id)


def admins_who_run(_event: Event) -> People:
    """Return the people who run inactivity reviews."""
    return policy.people_who(policy.Action.RUN_REVIEWS)
