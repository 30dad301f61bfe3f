"""What somebody's own page shows, worked out before a template sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from members import acceptance, own_data, way_in
from members.models import Person
from members.policy import Action, Actor, NotAllowed, general, may_accept
from members.questions import open_work_of
from members.workflow import LEAST_ADMINS

#: Of the sign-ins, the last ones; the file of one's own data has them all.
MOST_SIGN_INS = 5


def _who(actor: Actor) -> Person:
    if actor.person is None:
        raise NotAllowed("profile:see")
    return actor.person


def contents(actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything on the page."""
    person = _who(actor)
    onboarding = way_in.onboarding_of(person)
    return {
        "person": person,
        "preferences": own_data.preferences_of(person),
        "is_away": own_data.preferences_of(person).is_away(now.date()),
        "gets_mail": actor.is_member or actor.is_steering,
        "steps": way_in.steps(onboarding) if onboarding else [],
        "standing": acceptance.standing_of(person) if may_accept(actor) else None,
        "may_leave": Action.RESIGN in general(actor),
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


def leaving(actor: Actor, now: datetime) -> dict[str, Any]:
    """What leaving means for this person today: what they hand over, and why it is refused, if it is."""
    person = _who(actor)
    return {
        "work": open_work_of(person.pk),
        "keeps_login": actor.is_steering,
        "is_admin": actor.is_admin,
        "refusal": _refusal(actor, now),
    }


def _refusal(actor: Actor, now: datetime) -> str:
    """The sentence of the verb, before somebody has typed anything."""
    if not actor.is_admin:
        return ""
    day = now.date()
    if Person.objects.acting_admins(day).exclude(pk=_who(actor).pk).count() >= LEAST_ADMINS:
        return ""
    return f"You are one of {LEAST_ADMINS} admins, and there have to be that many without you."
