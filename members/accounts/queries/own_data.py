"""Everything the portal holds about one person, as they may have it: docs/operations.md, "What machines read".

Never ballots, choices or who voted, and nothing about anybody else: of the audit log only kinds and
moments leave, and only such kinds as may be told (`members.questions.may_be_told`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.models import Event, label
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.people.models import Period, Person, Preferences
from members.people.registry import last_activity_of, told_kinds

#: The shape; raised when a key changes its meaning or goes.
JSON_VERSION = 1


#: Names of the rows that belong to a person, and may be what an event is about.
_OWN_ROWS = (
    "acceptances",
    "channel_accounts",
    "checklists",
    "invitations",
    "memberships",
    "report_entries",
    "roles",
    "suspensions",
)


def own_data(person: Person, at: datetime) -> dict[str, Any]:
    """The document, for `person` alone. Moments in UTC; days are calendar days in UTC."""
    return {
        "version": JSON_VERSION,
        "portal": settings.SITE_URL,
        "made_at": _iso(at),
        "person": _person(person),
        "preferences": _preferences(person),
        "memberships": [_period(one, began=one.began, ended=one.ended or None) for one in person.memberships.all()],
        "roles": [_period(one, role=one.kind) for one in person.roles.all()],
        "acceptances": [
            {"version": one.version.number, "accepted_at": _iso(one.accepted_at)}
            for one in person.acceptances.select_related("version")
        ],
        "invitations": [_invitation(one) for one in person.invitations.all()],
        "channel_accounts": [
            {"channel": one.channel.name, "identifier": one.identifier}
            for one in person.channel_accounts.select_related("channel").order_by("channel__position", "channel_id")
        ],
        "onboardings": [_renamed(one, _ONBOARDING) for one in person.checklists.filter(direction="in")],
        "offboardings": [_renamed(one, _OFFBOARDING) for one in person.checklists.filter(direction="out")],
        "suspensions": [_moments(one, _SUSPENSION) for one in person.suspensions.all()],
        "yearly_reports": [_report_entry(one) for one in person.report_entries.select_related("report")],
        "login": _login(person),
        "last_active_on": _iso(last_active_on(person, at)),
        "events": list(_events(person)),
    }


#: What the moments of a checklist are called in the document, whose names stay.
_ONBOARDING = {
    "approved_at": "begun_at",
    "accepted_at": "accepted_at",
    "completed_at": "completed_at",
    "cancelled_at": "cancelled_at",
}


_OFFBOARDING = {"begun_at": "begun_at", "finished_at": "completed_at"}


_SUSPENSION = ("begun_at", "ended_at")


def last_active_on(person: Person, at: datetime) -> date | None:
    """The last day (UTC) on which they coordinated or commented on a report; None for never."""
    return last_activity_of([person.pk], person.added_at, at).get(person.pk)


def sign_ins(person: Person) -> models.QuerySet[Event]:
    """When they signed in, newest first."""
    user = User.objects.filter(person=person).first()
    found = Event.objects.filter(kind=AccountEvent.SIGNED_IN, target=label(user))
    return found.order_by("-at") if user else found.none()


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "name": person.name,
        "page": settings.SITE_URL + person.get_absolute_url(),
        "github": person.github or None,
        "github_id": person.github_id,
        "former_github_names": [
            {"name": one.name, "until": _iso(one.until)} for one in person.former_github_names.all()
        ],
        "affiliation": person.affiliation or None,
        "affiliation_public": person.affiliation_public,
        "added_at": _iso(person.added_at),
    }


def _preferences(person: Person) -> dict[str, Any]:
    chosen = preferences_of(person)
    return {
        "time_zone": chosen.time_zone,
        "away_until": _iso(chosen.away_until),
        "may_be_assigned": chosen.may_be_assigned,
        "daily_digest": chosen.daily_digest,
    }


def preferences_of(person: Person) -> Preferences:
    """What they chose; the defaults, not written, for somebody who has chosen nothing."""
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def _period(period: Period, **facts: str | None) -> dict[str, Any]:
    return {
        **facts,
        "since": _iso(period.since),
        "until": _iso(period.until),
        "ended_on_unknown_day": period.ended_on_unknown_day,
        "authority": period.authority or None,
        "end_authority": period.end_authority or None,
    }


def _invitation(invitation: Any) -> dict[str, Any]:
    moments = ("invited_at", "expires_at", "accepted_at", "revoked_at")
    return {"email": invitation.email, **_moments(invitation, moments)}


def _report_entry(entry: Any) -> dict[str, Any]:
    return {
        "announced_at": _iso(entry.report.announced_at),
        "noticed": entry.noticed,
        "last_active_on": _iso(entry.last_active_on),
        "group": entry.group or None,
        "because": entry.because or None,
        "answer": entry.answer or None,
        "answer_text": entry.answer_text or None,
        "answered_at": _iso(entry.answered_at),
        "answer_written_down_by": entry.answer_taken_by.name if entry.answer_taken_by else None,
    }


def _moments(row: models.Model, names: tuple[str, ...]) -> dict[str, str | None]:
    return {name: _iso(getattr(row, name)) for name in names}


def _renamed(row: models.Model, names: dict[str, str]) -> dict[str, str | None]:
    """Return moments of `row`; `names` maps the name in the document to the field."""
    return {name: _iso(getattr(row, field)) for name, field in names.items()}


def _login(person: Person) -> dict[str, Any] | None:
    user = User.objects.filter(person=person).first()
    if user is None:
        return None
    factors = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    return {
        "email": user.email,
        "is_active": user.is_active,
        "joined_at": _iso(user.date_joined),
        "second_factors": [
            {"kind": one.type, "added_at": _iso(one.created_at), "last_used_at": _iso(one.last_used_at)}
            for one in factors
        ],
        "sessions": [
            {
                "began_at": _iso(one.created_at),
                "last_seen_at": _iso(one.last_seen_at),
                "address": one.ip,
                "browser": one.user_agent,
            }
            for one in UserSession.objects.filter(user=user).order_by("created_at", "pk")
        ],
    }


def _events(person: Person) -> Iterator[dict[str, str]]:
    """Oldest first. `by` is ``you``, ``portal`` or ``somebody``: who else it was is not theirs to have."""
    own = label(person)
    about = [own, *_labels_of(person)]
    found = Event.objects.filter(Q(actor=own) | Q(target__in=about), kind__in=told_kinds()).order_by("at", "pk")
    for event in found:
        by = {own: "you", "system": "portal"}.get(event.actor, "somebody")
        yield {"kind": event.kind, "at": str(_iso(event.at)), "by": by}


def _labels_of(person: Person) -> Iterator[str]:
    """How the audit log calls what belongs to `person`."""
    yield from (label(user) for user in User.objects.filter(person=person))
    for name in _OWN_ROWS:
        yield from (label(row) for row in getattr(person, name).all())


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
