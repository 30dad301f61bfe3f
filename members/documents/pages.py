"""The dashboard item of the responsibilities, the page before a publication, and sections of the lower apps' pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from members.documents import queries
from members.documents.models import DocumentKind, DocumentVersion
from members.documents.policy import Action, allows, people_who
from members.documents.queries import AcceptanceStatus
from members.documents.rendering import DiffLine, differences
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from members.people.registry import OwnData
from web.areas import AreaSource, Values
from web.sections import Section
from web.waiting import Area, Columns, ColumnSource, Waiting


def _columns(actor: Actor, _now: datetime) -> Columns:
    if actor.person is None or not actor.is_member:
        return {}
    return {"responsibilities": queries.version_in_force(actor.person)}


def _to_accept(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return the version that a member has to read and accept, if there is one."""
    version = values["responsibilities"]
    if version is None or version["accepted"] == version["number"]:
        return []
    changed = f"Version {version['number']}: {version['change']}"
    return [
        Waiting(
            urgency="To accept",
            tone="accent",
            due=None,
            title="Read and accept the responsibilities",
            detail=changed if version["accepted"] else "You have not accepted them in the portal yet.",
            url=reverse("documents:accept"),
            action="Read",
        )
    ]


WAITING = ColumnSource(_columns, _to_accept)


def _area(_values: Values, _now: datetime) -> Area:
    return Area(
        title="Responsibilities and How to join",
        url=reverse("documents:list"),
        detail="The two public pages that are kept here, version by version, and who has accepted which.",
    )


AREAS = (AreaSource(group="People", position=60, area=_area),)


@dataclass(frozen=True)
class PublicationCheck:
    """The effects of publishing a text, shown before it is done."""

    kind: DocumentKind
    number: int
    members: int
    """The number of members who are asked to accept the responsibilities: suspended ones are not."""
    lines: list[DiffLine]

    @property
    def asks_again(self) -> bool:
        """Return whether members have to accept the new version."""
        return self.kind == DocumentKind.RESPONSIBILITIES


def publication_check(current: DocumentVersion, text: str, now: datetime) -> PublicationCheck:
    """Return what publishing `text` after `current` at `now` would do."""
    members = Person.objects.members(now.date())
    return PublicationCheck(
        kind=DocumentKind(current.kind),
        number=current.number + 1,
        members=people_who(Action.ACCEPT, now=now).filter(pk__in=members.values("pk")).count(),
        lines=differences(current.text, text),
    )


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
        standing = {"standing": AcceptanceStatus(version, last)}
        yield Section("body", 10, "documents/_profile_responsibilities.html", standing)
    yield Section("facts", 10, "documents/_profile_acceptances.html", {"acceptances": acceptances})


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield which versions a person has accepted, and when."""
    rows = list(person.acceptances.select_related("version"))
    told = [{"version": row.version.number, "accepted_at": row.accepted_at.isoformat()} for row in rows]
    yield OwnData(30, "acceptances", told, rows)
