"""Reads of advisories: the draft of a report, the search among published ones, and figures about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast, ExtractYear

from advisories.publication.drafting import Draft
from advisories.publication.models import Advisory, Credit, PublishedNumber, draft_of
from advisories.records.content import CVE_ID, PSF_ID
from advisories.records.cvss import Severity
from advisories.records.projects import SLUG
from advisories.records.vocabulary import CreditRole
from advisories.reports.models import Report
from members.people.policy import ANONYMOUS
from members.people.registry import PublicCredit
from web.pagination import PAGE_SIZE

# -- one advisory ------------------------------------------------------------------------------------


def stored_draft(report: Report) -> Draft | None:
    """Return what the draft of this report says; one query for it and one for its credits."""
    if draft_of(report) is None:
        return None
    draft = with_credits(report)
    return Draft.of(draft.content(), credits_settled=draft.credits_settled)


def with_credits(report: Report) -> Advisory:
    """Return the advisory of this report with its credits, two queries; raises `DoesNotExist` without one."""
    drafts = Advisory.objects.system("the draft of a report that came by its own door")
    return drafts.whole().select_related("report").get(report=report)


def taken_by(cve_id: str, advisory: Advisory) -> bool:
    """Return whether an advisory other than `advisory` has this CVE ID; false for none at all."""
    others = Advisory.objects.system("a verb looks whether a CVE ID is taken").exclude(pk=advisory.pk)
    return bool(cve_id) and others.filter(cve_id=cve_id).exists()


def published_as(identifier: str) -> Advisory | None:
    """Return the published advisory with this PSF or CVE id, in any spelling; two queries, credits included."""
    wanted, published = identifier.upper(), Advisory.objects.published().whole()
    if PSF_ID.fullmatch(wanted):
        return published.filter(psf_id=wanted).first()
    return published.filter(cve_id=wanted).first() if CVE_ID.fullmatch(wanted) else None


def next_number(year: int) -> int:
    """Return the number that the next advisory of this year would get if nobody is quicker."""
    row = PublishedNumber.objects.filter(year=year).first()
    return row.last + 1 if row else 1


# -- the public list -----------------------------------------------------------------------------------

#: More terms than that find nothing better.
_TERMS_MOST = 8
_QUERY_MOST = 200
#: What a list does not show.
_LONG_FIELDS = ("description", "references", "affected", "version_ranges", "modules", "extras", "spelling")


@dataclass(frozen=True)
class AdvisoryFilters:
    """The filters of the public list; nonsense filters nothing."""

    project: str = ""
    severity: str = ""
    year: int | None = None
    terms: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> AdvisoryFilters:
        """Read the filters from an address's query."""
        project, severity, year = (query.get(name, "") for name in ("project", "severity", "year"))
        return cls(
            project=project if SLUG.fullmatch(project) else "",
            severity=severity if severity in set(Severity) else "",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            terms=" ".join(query.get("q", "")[:_QUERY_MOST].split()),
        )

    def __bool__(self) -> bool:
        return self != AdvisoryFilters()

    @property
    def query(self) -> str:
        """Return the filters as part of an address."""
        parts = {"project": self.project, "severity": self.severity, "year": self.year, "q": self.terms}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def condition(self) -> Q:
        """Return the condition on a queryset that has `year` and `identifiers`."""
        condition = Q()
        if self.project:
            condition &= Q(project=self.project)
        if self.severity:
            condition &= Q(rating=self.severity)
        if self.year:
            condition &= Q(year=self.year)
        for term in self.terms.split()[:_TERMS_MOST]:
            condition &= (
                Q(title__icontains=term)
                | Q(description__icontains=term)
                | Q(psf_id__icontains=term)
                | Q(identifiers__icontains=term)
            )
        return condition


@dataclass(frozen=True)
class SearchResult:
    """One page of advisories, and what they can be filtered by."""

    page: Page[Advisory]
    years: list[int]
    """Those there are any of, newest first."""
    projects: list[tuple[str, str]]
    """Those there are any of, by name: short name and name."""
    filters: AdvisoryFilters
    """Those that were asked for, without a project that there is none of."""


def search(filters: AdvisoryFilters, number: str | None) -> SearchResult:
    """Return the page of advisories that `number` asks for, the nearest one when it asks for nonsense.

    Two queries.
    """
    published = Advisory.objects.published().annotate(
        year=ExtractYear("published_at"), identifiers=Cast("aliases", TextField())
    )
    groups = list(
        published.order_by("-year")
        .values_list("year", "project", "project__name")
        .annotate(matching=Count("pk", filter=replace(filters, project="").condition))
    )
    projects = {slug: name for _, slug, name, _ in groups if slug}
    if filters.project not in projects:
        filters = replace(filters, project="")
    rows = published.filter(filters.condition).defer(*_LONG_FIELDS)
    paginator = Paginator(rows, PAGE_SIZE)
    # Counted with the years already: a cached property, set instead of asked for.
    paginator.__dict__["count"] = sum(
        matching for _, slug, _, matching in groups if filters.project in {"", slug or ""}
    )
    return SearchResult(
        page=paginator.get_page(number),
        years=list(dict.fromkeys(year for year, *_ in groups)),
        projects=sorted(projects.items(), key=lambda project: project[1].casefold()),
        filters=filters,
    )


# -- figures of the start page and of people's pages ---------------------------------------------------


@dataclass(frozen=True)
class AdvisoryYear:
    """One bar of the chart."""

    year: int
    count: int


def published_per_year() -> list[AdvisoryYear]:
    """Return every year from the first advisory's to the last one's, those without any included. One query."""
    rows = dict(
        Advisory.objects.published().order_by().values_list(ExtractYear("published_at")).annotate(count=Count("pk"))
    )
    return [AdvisoryYear(year, rows.get(year, 0)) for year in range(min(rows), max(rows) + 1)] if rows else []


def latest(most: int = 5) -> list[Advisory]:
    """Return the newest advisories, without their texts. One query."""
    return list(Advisory.objects.published().defer("description", "affected", "references", "extras")[:most])


def public_credits(person_id: UUID) -> list[PublicCredit]:
    """Return what a person is credited with in public, an advisory each, newest first. One query."""
    rows = Credit.objects.visible_to(ANONYMOUS).filter(person=person_id).select_related("advisory")
    found = list(rows.order_by("-advisory__published_at", "-advisory__psf_id", "position"))
    return [_public_credit(list(credits)) for _, credits in groupby(found, key=lambda credit: credit.advisory_id)]


def _public_credit(credits: Sequence[Credit]) -> PublicCredit:
    """Return the credits of one person on one advisory as one."""
    advisory = credits[0].advisory
    roles = dict.fromkeys(CreditRole(credit.role).label for credit in credits if credit.role)
    return PublicCredit(
        title=advisory.title or str(advisory),
        url=advisory.get_absolute_url(),
        role=", ".join(roles).capitalize(),
        ids=" · ".join(filter(None, [advisory.cve_id, advisory.psf_id])),
        severity=advisory.get_rating_display() if advisory.rating else "Not scored",
        tone=advisory.rating if advisory.rating and advisory.rating != Severity.NONE else "neutral",
        day=cast("datetime", advisory.published_at).date(),
    )
