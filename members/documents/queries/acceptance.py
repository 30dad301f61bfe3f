"""Who has accepted which version of the responsibilities, and who is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.people.models import Person
from members.people.policy import Actor
from web.waiting import Waiting


class Accepted(StrEnum):
    """What of the responsibilities a member has accepted."""

    CURRENT = "current"
    EARLIER = "earlier"
    NEVER = "never"

    @property
    def label(self) -> str:
        """As pages say it."""
        return {"current": "The current version", "earlier": "An earlier version", "never": "None"}[self]


@dataclass(frozen=True)
class Standing:
    """One person's last acceptance beside the version in force."""

    version: DocumentVersion
    last: Acceptance | None

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to accept."""
        return self.last is not None and self.last.version_id == self.version.pk


def standing_of(person: Person) -> Standing:
    """What `person` has accepted. Two queries."""
    version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    accepted = Acceptance.objects.filter(person=person).select_related("version")
    return Standing(version, accepted.order_by("-version__number").first())


def who_has_not(version: DocumentVersion, day: date) -> QuerySet[Person]:
    """The members of `day` (UTC) who have not accepted `version`."""
    accepted = Acceptance.objects.filter(version=version).values("person")
    return Person.objects.members(day).exclude(pk__in=accepted)


def team_standing(version: DocumentVersion, day: date, chosen: Accepted | None = None) -> QuerySet[Person]:
    """The members of `day` with `number` and `accepted_at` of their last acceptance, None without; by name."""
    last = Acceptance.objects.filter(person=OuterRef("pk")).order_by("-version__number")
    people = (
        Person.objects.filter(pk__in=Person.objects.members(day).values("pk"))
        .annotate(
            number=Subquery(last.values("version__number")[:1]), accepted_at=Subquery(last.values("accepted_at")[:1])
        )
        .order_by("name", "pk")
    )
    conditions = {
        Accepted.CURRENT: Q(number=version.number),
        Accepted.EARLIER: Q(number__lt=version.number),
        Accepted.NEVER: Q(number=None),
    }
    return people.filter(conditions[chosen]) if chosen else people


def waiting_for(actor: Actor) -> list[Waiting]:
    """For the dashboard of a member: the version to read and accept, if there is one. Two queries."""
    if actor.person is None or not actor.is_member:
        return []
    standing = standing_of(actor.person)
    if standing.is_current:
        return []
    changed = f"Version {standing.version.number}: {standing.version.change}"
    return [
        Waiting(
            urgency="To accept",
            tone="accent",
            due=None,
            title="Read and accept the responsibilities",
            detail=changed if standing.last else "You have not accepted them in the portal yet.",
            url=reverse("documents:accept"),
            action="Read",
        )
    ]
