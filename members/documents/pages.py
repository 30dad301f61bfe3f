"""Contribute acceptances of the responsibilities to the pages of lower apps, and to a person's own data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from members.documents.models import DocumentKind, DocumentVersion
from members.documents.policy import Action, allows
from members.documents.queries.acceptance import Standing
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from members.people.registry import OwnData
from web.sections import Section


def on_record(status: PersonStatus, _actor: Actor, _now: datetime) -> Iterator[Section]:
    """Yield the line about the last acceptance. One query."""
    last = status.person.acceptances.select_related("version").last()
    yield Section("access", 20, "documents/_record_acceptance.html", {"acceptance": last})


def on_profile(person: Person, actor: Actor, _now: datetime) -> Iterator[Section]:
    """Yield what there is to accept, for somebody who is asked to, and every acceptance so far, newest first."""
    acceptances = list(person.acceptances.select_related("version").order_by("-accepted_at", "pk"))
    if allows(Action.ACCEPT, actor):
        version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
        last = max(acceptances, key=lambda acceptance: acceptance.version.number, default=None)
        standing = {"standing": Standing(version, last)}
        yield Section("body", 10, "documents/_profile_responsibilities.html", standing)
    yield Section("facts", 10, "documents/_profile_acceptances.html", {"acceptances": acceptances})


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield which versions a person has accepted, and when."""
    rows = list(person.acceptances.select_related("version"))
    told = [{"version": row.version.number, "accepted_at": row.accepted_at.isoformat()} for row in rows]
    yield OwnData(30, "acceptances", told, rows)
