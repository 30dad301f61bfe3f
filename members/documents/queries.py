"""Reads about documents: their versions, and the acceptances of the responsibilities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from audit.models import Event, label
from members.documents.events import DocumentEvent
from members.documents.models import Acceptance, Accepted, DocumentKind, DocumentVersion
from members.people.models import Person

#: Ours; PEP 811 is silent: a week to read a new version, then a reminder every other week.
FIRST_REMINDER, NEXT_REMINDER = timedelta(days=7), timedelta(days=14)

# -- versions -----------------------------------------------------------------------------------------------


def current(kind: DocumentKind) -> DocumentVersion:
    """Return the version in force. One query."""
    return DocumentVersion.objects.current(kind)


def before(version: DocumentVersion) -> DocumentVersion | None:
    """Return the version that this one replaced; None for the first."""
    return DocumentVersion.objects.newest_first(DocumentKind(version.kind)).filter(number__lt=version.number).first()


def next_reminder(version: DocumentVersion) -> datetime:
    """Return when the next reminder of a version of the responsibilities is to be sent."""
    reminders = Event.objects.filter(kind=DocumentEvent.REMINDED, target=label(version))
    last = reminders.order_by("-at").first()
    return last.at + NEXT_REMINDER if last else version.published_at + FIRST_REMINDER


# -- acceptances --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AcceptanceStatus:
    """The last acceptance of one person beside the version of the responsibilities in force."""

    version: DocumentVersion
    last: Acceptance | None

    @property
    def is_current(self) -> bool:
        """Return whether nothing is left to accept."""
        return self.last is not None and self.last.version_id == self.version.pk


def standing_of(person: Person) -> AcceptanceStatus:
    """Return what `person` has accepted last, and the version in force. Two queries."""
    accepted = Acceptance.objects.filter(person=person).select_related("version")
    return AcceptanceStatus(current(DocumentKind.RESPONSIBILITIES), accepted.order_by("-version__number").first())


def version_in_force(person: Person) -> Subquery:
    """Return `number` and `change` of the version in force, and the number that `person` `accepted` last, as JSON.

    `accepted` is None for somebody who has never accepted a version.
    """
    versions = DocumentVersion.objects.newest_first(DocumentKind.RESPONSIBILITIES).with_acceptance_of(person)
    fields = JSONObject(number="number", change="change", accepted="accepted_number")
    return Subquery(versions.values(version=fields)[:1])


def members_to_accept(version: DocumentVersion, day: date) -> QuerySet[Person]:
    """Return the members of `day` (UTC) who have not accepted `version`."""
    accepted = Acceptance.objects.filter(version=version).values("person")
    return Person.objects.members(day).exclude(pk__in=accepted)


def members_with_acceptance(version: DocumentVersion, day: date, chosen: Accepted | None = None) -> QuerySet[Person]:
    """Return the members of `day` (UTC) by name, with `number` and `accepted_at` of their last acceptance or None.

    `chosen` leaves only those whose last acceptance is of `version`, of an earlier one, or missing.
    """
    last = Acceptance.objects.filter(person=OuterRef("pk")).order_by("-version__number")
    people = (
        Person.objects.filter(pk__in=Person.objects.members(day).values("pk"))
        .annotate(
            number=Subquery(last.values("version__number")[:1]), accepted_at=Subquery(last.values("accepted_at")[:1])
        )
        .order_by("sort_key", "pk")
    )
    conditions = {
        Accepted.CURRENT: Q(number=version.number),
        Accepted.EARLIER: Q(number__lt=version.number),
        Accepted.NEVER: Q(number=None),
    }
    return people.filter(conditions[chosen]) if chosen else people
