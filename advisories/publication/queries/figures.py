"""What the start page and people's pages show of published advisories. One query each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import ExtractYear

from advisories.publication.models import Advisory, Credit
from advisories.records.vocabulary import CreditRole
from members.people.policy import ANONYMOUS
from members.people.registry import PublicCredit


@dataclass(frozen=True)
class YearCount:
    """One bar of the chart."""

    year: int
    count: int


def published_per_year() -> list[YearCount]:
    """Every year from the first advisory's to the last one's, those without any included."""
    rows = dict(
        Advisory.objects.published().order_by().values_list(ExtractYear("published_at")).annotate(count=Count("pk"))
    )
    return [YearCount(year, rows.get(year, 0)) for year in range(min(rows), max(rows) + 1)] if rows else []


def latest(most: int = 5) -> list[Advisory]:
    """The newest advisories, without their texts."""
    return list(Advisory.objects.published().defer("description", "affected", "references", "extras")[:most])


def public_credits(person_id: UUID) -> list[PublicCredit]:
    """What a person is credited with, newest first; for `members.questions`."""
    rows = Credit.objects.visible_to(ANONYMOUS).filter(person=person_id).select_related("advisory")
    return [
        PublicCredit(
            title=f"{credit.advisory}: {credit.advisory.title}",
            url=credit.advisory.get_absolute_url(),
            role=CreditRole(credit.role).label if credit.role else "",
        )
        for credit in rows.order_by("-advisory__published_at", "position")
    ]
