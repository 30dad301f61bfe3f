"""Contribute login and suspension to the page of a person's record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from members.accounts.policy import Action, allows
from members.accounts.queries.logins import login_of
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from web.sections import Section


def on_record(status: PersonStatus, actor: Actor, now: datetime) -> Iterator[Section]:
    """Yield the line about the login and, where the reader may suspend the person, the link to it. One query."""
    person = status.person
    yield Section("access", 10, "accounts/_record_login.html", {"login": login_of(person)})
    if allows(Action.SUSPEND, actor, person, now):
        url = reverse("accounts:suspend", args=[person.slug])
        yield Section("actions", 10, "people/_action.html", {"label": "Suspend", "url": url})
