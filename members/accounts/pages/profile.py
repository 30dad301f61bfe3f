"""What somebody's own page shows, worked out before a template sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from members.accounts.queries import own_data
from members.boarding import queries as boarding_queries
from members.boarding.pages import newcomer
from members.boarding.policy import Action, possible
from members.documents import policy as documents_policy
from members.documents.queries import acceptance
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import NotAllowed

#: Of the sign-ins, the last ones; the file of one's own data has them all.
MOST_SIGN_INS = 5


def _who(actor: Actor) -> Person:
    if actor.person is None:
        raise NotAllowed("profile:see")
    return actor.person


def contents(actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything on the page."""
    person = _who(actor)
    onboarding = boarding_queries.onboarding_of(person)
    return {
        "person": person,
        "preferences": own_data.preferences_of(person),
        "is_away": own_data.preferences_of(person).is_away(now.date()),
        "gets_mail": actor.is_member or actor.is_steering,
        "steps": newcomer.steps(onboarding) if onboarding else [],
        "standing": acceptance.standing_of(person)
        if documents_policy.allows(documents_policy.Action.ACCEPT, actor)
        else None,
        "may_leave": Action.RESIGN in possible(actor),
        "memberships": person.memberships.order_by("since", "pk"),
        "roles": person.roles.order_by("since", "pk"),
        "acceptances": person.acceptances.select_related("version").order_by("-accepted_at", "pk"),
        "last_active_on": own_data.last_active_on(person, now),
        "sign_ins": own_data.sign_ins(person)[:MOST_SIGN_INS],
    }


def as_typed(actor: Actor) -> dict[str, Any]:
    """What the form begins with."""
    person = _who(actor)
    chosen = own_data.preferences_of(person)
    return {
        "name": person.name,
        "affiliation": person.affiliation,
        "affiliation_public": person.affiliation_public,
        "time_zone": chosen.time_zone,
        "away_until": chosen.away_until,
        "may_be_assigned": chosen.may_be_assigned,
        "daily_digest": "daily" if chosen.daily_digest else "now",
    }
