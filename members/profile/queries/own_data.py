"""Assemble the file in which a person takes along what the portal holds about them.

Its shape stands in docs/operations.md, "What machines read". Never ballots, choices or that somebody voted, and nothing
about anybody else: of the audit log only kinds and moments leave, and only of such kinds as apps have registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Model, Q

from audit.models import Event, label
from audit.registry import told_kinds
from members.accounts.models import User
from members.people.models import Person
from members.people.registry import OwnData, own_data_of
from members.profile.queries.profile import last_active_on, preferences_of
from web.dates import iso

#: The shape; raised when a key changes its meaning or goes.
JSON_VERSION = 1


def own_data(person: Person, at: datetime) -> dict[str, Any]:
    """Return the document, for `person` alone. Moments in UTC; days are calendar days in UTC."""
    parts = own_data_of(person)
    rows = [row for part in parts for row in part.rows]
    return {
        "version": JSON_VERSION,
        "portal": settings.SITE_URL,
        "made_at": iso(at),
        "person": _person(person),
        "preferences": _preferences(person),
        **{part.key: part.value for part in parts},
        "last_active_on": iso(last_active_on(person, at)),
        "events": list(_events(person, rows)),
    }


def own_login(person: Person) -> Iterator[OwnData]:
    """Yield a person's invitations and login."""
    invitations = list(person.invitations.all())
    yield OwnData(40, "invitations", [_invitation(row) for row in invitations], invitations)
    user = User.objects.filter(person=person).first()
    yield OwnData(100, "login", _login(user) if user else None, [user] if user else [])


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "name": person.name,
        "page": settings.SITE_URL + person.get_absolute_url(),
        "github": person.github or None,
        "github_id": person.github_id,
        "former_github_names": [
            {"name": former.name, "until": iso(former.until)} for former in person.former_github_names.all()
        ],
        "affiliation": person.affiliation or None,
        "affiliation_public": person.affiliation_public,
        "added_at": iso(person.added_at),
    }


def _preferences(person: Person) -> dict[str, Any]:
    preferences = preferences_of(person)
    return {
        "time_zone": preferences.time_zone,
        "away_until": iso(preferences.away_until),
        "may_be_assigned": preferences.may_be_assigned,
        "daily_digest": preferences.daily_digest,
    }


def _invitation(invitation: Any) -> dict[str, Any]:
    moments = ("invited_at", "expires_at", "confirmed_at", "accepted_at", "revoked_at")
    return {"email": invitation.email or None, **_dates(invitation, **{name: name for name in moments})}


def _login(user: User) -> dict[str, Any]:
    factors = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    sessions = UserSession.objects.filter(user=user).order_by("created_at", "pk")
    return {
        "email": user.email,
        "is_active": user.is_active,
        "joined_at": iso(user.date_joined),
        "second_factors": [
            {"kind": factor.type, **_dates(factor, added_at="created_at", last_used_at="last_used_at")}
            for factor in factors
        ],
        "sessions": [
            {
                **_dates(session, began_at="created_at", last_seen_at="last_seen_at"),
                "address": session.ip,
                "browser": session.user_agent,
            }
            for session in sessions
        ],
    }


def _dates(row: Any, **fields: str) -> dict[str, str | None]:
    """Return the days and moments of a row; `fields` gives the name of the field for each key."""
    values: dict[str, date | None] = {key: getattr(row, field) for key, field in fields.items()}
    return {key: iso(value) for key, value in values.items()}


def _events(person: Person, rows: Iterable[Model]) -> Iterator[dict[str, str]]:
    """Yield events oldest first. `by` is ``you``, ``portal`` or ``somebody``: another actor is not theirs to know."""
    own = label(person)
    about = [own, *(label(row) for row in rows)]
    events = Event.objects.filter(Q(actor=own) | Q(target__in=about), kind__in=told_kinds()).order_by("at", "pk")
    for event in events:
        by = {own: "you", "system": "portal"}.get(event.actor, "somebody")
        yield {"kind": event.kind, "at": str(iso(event.at)), "by": by}
