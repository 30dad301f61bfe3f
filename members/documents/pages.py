"""The dashboard item of the responsibilities, and what the page before a publication shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from members.documents import queries
from members.documents.models import DocumentKind, DocumentVersion
from members.documents.rendering import DiffLine, differences
from members.people.models import Person
from members.people.policy import Actor
from web.waiting import Waiting


def waiting_for(actor: Actor, _now: datetime) -> list[Waiting]:
    """Return the version that a member has to read and accept, if there is one. One query, none for others."""
    if actor.person is None or not actor.is_member:
        return []
    version = queries.version_to_accept(actor.person)
    if version is None:
        return []
    changed = f"Version {version.number}: {version.change}"
    return [
        Waiting(
            urgency="To accept",
            tone="accent",
            due=None,
            title="Read and accept the responsibilities",
            detail=changed if version.accepted_number else "You have not accepted them in the portal yet.",
            url=reverse("documents:accept"),
            action="Read",
        )
    ]


@dataclass(frozen=True)
class PublicationCheck:
    """The effects of publishing a text, shown before it is done."""

    kind: DocumentKind
    number: int
    members: int
    """The number of members who are asked to accept the responsibilities."""
    lines: list[DiffLine]

    @property
    def asks_again(self) -> bool:
        """Return whether members have to accept the new version."""
        return self.kind == DocumentKind.RESPONSIBILITIES


def publication_check(current: DocumentVersion, text: str, day: date) -> PublicationCheck:
    """Return what publishing `text` after `current` on `day` (UTC) would do."""
    return PublicationCheck(
        kind=DocumentKind(current.kind),
        number=current.number + 1,
        members=Person.objects.members(day).distinct().count(),
        lines=differences(current.text, text),
    )
