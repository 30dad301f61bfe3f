"""Audiences of the inactivity review; `people.council` reads a review that was sent."""

from __future__ import annotations

from audit import clock
from audit.models import Event
from members.inactivity import policy, queries
from notifications.audiences.people import People


def noticed(event: Event) -> People:
    """Return the person of a notice while they can answer it; a late mail has no recipient."""
    now = clock.now()
    entry = queries.entries(now.date()).get(pk=event.target_id)
    return policy.OF_NAMED.people_who(policy.NamedAction.ANSWER, entry, now)


def admins_who_run(_event: Event) -> People:
    """Return the people who run inactivity reviews."""
    return policy.people_who(policy.Action.RUN_REVIEWS)
