"""Build somebody's own page.

Upper apps contribute to four places: ``start`` (before everything), ``body`` (sections), ``facts`` (lines of the list
of what is recorded) and ``data`` (links beside it).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from members.accounts.queries.logins import sign_ins
from members.people.models import Person
from members.people.policy import Actor
from members.profile.queries.profile import last_active_on, preferences_of
from web.conflicts import NotAllowed
from web.sections import sections_of
from web.time_zones import canonical

#: The name under which upper apps register what they contribute; its subject is the person.
PAGE = "profile:own"
#: Of the sign-ins, the last ones; the file of one's own data has them all.
MOST_SIGN_INS = 5


def _person(actor: Actor) -> Person:
    if actor.person is None:
        raise NotAllowed("profile:see")
    return actor.person


def contents(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page. Raises `NotAllowed` for an anonymous actor."""
    person = _person(actor)
    preferences = preferences_of(person)
    return {
        "person": person,
        "preferences": preferences,
        "is_away": preferences.is_away(now.date()),
        "memberships": list(person.memberships.order_by("since", "pk")),
        "roles": list(person.roles.order_by("since", "pk")),
        "last_active_on": last_active_on(person, now),
        "sign_ins": sign_ins(person)[:MOST_SIGN_INS],
        "sections": sections_of(PAGE, person, actor, now),
    }


def has_no_preferences(actor: Actor) -> bool:
    """Return whether the actor has chosen nothing yet, a time zone included."""
    return preferences_of(_person(actor)).pk is None


def initial_of(actor: Actor) -> dict[str, Any]:
    """Return the initial values of the form. Raises `NotAllowed` for an anonymous actor."""
    person = _person(actor)
    preferences = preferences_of(person)
    return {
        "name": person.name,
        "affiliation": person.affiliation,
        "affiliation_public": person.affiliation_public,
        "time_zone": canonical(preferences.time_zone),
        "away_until": preferences.away_until,
        "may_be_assigned": preferences.may_be_assigned,
    }
