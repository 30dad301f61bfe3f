"""What this app asks of the apps above it, which it cannot import.

An app that knows the answer registers it in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Value
from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class PublicCredit:
    """One credit on a published advisory, as a person's public page shows it."""

    title: str
    url: str
    role: str


CreditSource = Callable[[UUID], Iterable[PublicCredit]]


_credit_sources: list[CreditSource] = []


def answer_credits(source: CreditSource) -> None:
    """Register who knows the published credits of a person, given the person's id."""
    if source not in _credit_sources:
        _credit_sources.append(source)


def credits_of(person_id: UUID) -> list[PublicCredit]:
    """Every published credit of one person."""
    return [credit for source in _credit_sources for credit in source(person_id)]


@dataclass(frozen=True)
class OpenWork:
    """Something that somebody is responsible for and that has to be handed over before they can leave."""

    label: str
    detail: str
    url: str
    hand_over_url: str


WorkSource = Callable[[UUID], Iterable[OpenWork]]


_work_sources: list[WorkSource] = []


def answer_open_work(source: WorkSource) -> None:
    """Register who knows what a person, given by id, is still responsible for."""
    if source not in _work_sources:
        _work_sources.append(source)


def open_work_of(person_id: UUID) -> list[OpenWork]:
    """Everything one person is still responsible for."""
    return [work for source in _work_sources for work in source(person_id)]


#: Given the name of the field of the outer query that holds a person's id: the number of such things, as SQL.
WorkCount = Callable[[str], Combinable]


_work_counts: list[WorkCount] = []


def answer_open_work_count(source: WorkCount) -> None:
    """Register a scalar subquery that counts what `open_work_of` lists, for pages about many people."""
    if source not in _work_counts:
        _work_counts.append(source)


def open_work_count(field: str) -> Combinable:
    """Return how much the person in `field` of the outer query is still responsible for, as SQL."""
    total: Combinable = Value(0)
    for source in _work_counts:
        total = total + source(field)
    return total


#: Given people, and a half-open span of time: the last day (UTC) on which each coordinated or commented.
ActivitySource = Callable[[Iterable[UUID], datetime, datetime], Mapping[UUID, date]]


_activity_sources: list[ActivitySource] = []


def answer_activity(source: ActivitySource) -> None:
    """Register who knows on which day somebody was last active within a span."""
    if source not in _activity_sources:
        _activity_sources.append(source)


def last_activity_of(people: Iterable[UUID], since: datetime, until: datetime) -> dict[UUID, date]:
    """The last day (UTC) of activity from `since` up to `until`; who was not active then is missing."""
    asked, last = list(people), dict[UUID, date]()
    for source in _activity_sources:
        for person_id, day in source(asked, since, until).items():
            last[person_id] = max(day, last.get(person_id, day))
    return last


_told_kinds: set[str] = set()


def may_be_told(kinds: Iterable[str]) -> None:
    """Register kinds of events of which whoever did them may have kind and moment in a file of their own.

    What is not registered stays in the portal: who cast a ballot, above all.
    """
    _told_kinds.update(kinds)


def told_kinds() -> frozenset[str]:
    """Every kind that may be told to whom it is about."""
    return frozenset(_told_kinds)
