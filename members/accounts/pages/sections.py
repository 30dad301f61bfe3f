"""Contribute login and suspension to the page of a person's record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from members.accounts.policy import Action, allows
from members.accounts.queries.logins import login_of
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from web.sections import Section


def on_record(status: PersonStatus, actor: Actor, now: datetime) -> Iterator[Section]:
    """Yield the line about the login, and links to inviting and suspending where the reader may do so. One query."""
    person = status.person
    login = login_of(person)
    yield Section("access", 10, "accounts/_record_login.html", {"login": login})
    if not login.is_active and not person.has_suspension() and allows(Action.INVITE, actor):
        query = urlencode({"person": person.pk, "next": reverse("people:record", args=[person.slug])})
        url = f"{reverse('accounts:invite')}?{query}"
        yield Section("actions", 5, "people/_action.html", {"label": "Invite", "url": url})
    if allows(Action.SUSPEND, actor, person, now):
        url = reverse("accounts:suspend", args=[person.slug])
        yield Section("actions", 10, "people/_action.html", {"label": "Suspend", "url": url})
