"""Finding published advisories: what a list's address may ask for, and the answer in two queries."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast, ExtractYear
from django.http import QueryDict

from advisories.publication.models import Advisory
from advisories.records.cvss import Severity
from advisories.records.vocabulary import Project
from web.pagination import PAGE_SIZE

#: More words than that find nothing better.
_WORDS_MOST = 8


_QUERY_MOST = 200


#: What a list does not show.
_LONG_FIELDS = ("description", "references", "affected", "version_ranges", "modules", "extras", "spelling")


@dataclass(frozen=True)
class Filters:
    """What is asked for; nonsense asks for nothing."""

    project: str = ""
    severity: str = ""
    year: int | None = None
    words: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Filters:
        """From an address's query."""
        project, severity, year = (asked.get(name, "") for name in ("project", "severity", "year"))
        return cls(
            project=project if project in {known.value for known in Project} else "",
            severity=severity if severity in {known.value for known in Severity} else "",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            words=" ".join(asked.get("q", "")[:_QUERY_MOST].split()),
        )

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def query(self) -> str:
        """The same as part of an address."""
        asked = {"project": self.project, "severity": self.severity, "year": self.year, "q": self.words}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def condition(self) -> Q:
        """For a queryset with `identifiers`."""
        found = Q()
        if self.project:
            found &= Q(project=self.project)
        if self.severity:
            found &= Q(rating=self.severity)
        if self.year:
            found &= Q(year=self.year)
        for word in self.words.split()[:_WORDS_MOST]:
            found &= (
                Q(title__icontains=word)
                | Q(description__icontains=word)
                | Q(psf_id__icontains=word)
                | Q(identifiers__icontains=word)
            )
        return found


@dataclass(frozen=True)
class Found:
    """One page of advisories, and the years there are any of, newest first."""

    page: Page[Advisory]
    years: list[int]


def find(filters: Filters, number: str | None) -> Found:
    """The page of advisories that `number` asks for, the nearest one when it asks for nonsense."""
    published = Advisory.objects.published().annotate(
        year=ExtractYear("published_at"), identifiers=Cast("aliases", TextField())
    )
    per_year = list(
        published.order_by("-year").values_list("year").annotate(matching=Count("pk", filter=filters.condition))
    )
    rows = published.filter(filters.condition).defer(*_LONG_FIELDS)
    paginator = Paginator(rows, PAGE_SIZE)
    # Counted with the years already: a cached property, set instead of asked for.
    paginator.__dict__["count"] = sum(matching for _, matching in per_year)
    return Found(paginator.get_page(number), [year for year, _ in per_year])
