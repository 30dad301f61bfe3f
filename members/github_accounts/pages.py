"""Contribute the account behind a GitHub name to the record of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from members.github_accounts.queries import account_of
from members.github_accounts.registry import is_connected
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from web.sections import Section


def shown(person: Person) -> dict[str, object]:
    """Return the context of ``github_accounts/_account.html`` about `person`. One query, none where it is joined."""
    return {"account": account_of(person), "is_connected": is_connected()}


def on_record(status: PersonStatus, _actor: Actor, _now: datetime) -> Iterator[Section]:
    """Yield what is known of the account, on the record of a person with a GitHub name."""
    if status.person.github:
        yield Section("github", 10, "github_accounts/_record.html", shown(status.person))
