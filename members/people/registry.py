"""Questions and announcements of this app to the apps above it, which it cannot import.

An app that knows an answer, or acts on an announcement, registers a function in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, Value
from django.db.models.expressions import Combinable

from members.people.models import Person, RoleKind
from members.people.permissions import NOBODY, Who


@dataclass(frozen=True)
class PublicCredit:
    """What a person is credited with on one published advisory, as their public page shows it."""

    title: str
    url: str
    role: str
    ids: str
    """Such as ``CVE-2026-12345 · PSF-2026-14``."""
    severity: str
    tone: str
    """The tone of the badge that says the severity."""
    day: date


CreditSource = Callable[[UUID], Iterable[PublicCredit]]


_credit_sources: list[CreditSource] = []


def answer_credits(source: CreditSource) -> None:
    """Register a source of the published credits of a person, given the person's id."""
    if source not in _credit_sources:
        _credit_sources.append(source)


def credits_of(person_id: UUID) -> list[PublicCredit]:
    """Return every published credit of one person, an advisory each, newest first."""
    found = [credit for source in _credit_sources for credit in source(person_id)]
    return sorted(found, key=lambda credit: credit.day, reverse=True)


@dataclass(frozen=True)
class OpenWork:
    """Something that somebody is responsible for and that has to be handed over before they can leave."""

    label: str
    detail: str
    url: str
    hand_over_url: str
    hand_over_action: str = ""
    """Where a form with the field `person` is sent; it leads back to the page that `next` names."""
    heirs: tuple[tuple[str, str], ...] = ()
    """The people who can take it over and sign in, as values and labels of a choice."""


WorkSource = Callable[[UUID], Iterable[OpenWork]]


_work_sources: list[WorkSource] = []


def answer_open_work(source: WorkSource) -> None:
    """Register a source of what a person, given by id, is still responsible for."""
    if source not in _work_sources:
        _work_sources.append(source)


def open_work_of(person_id: UUID) -> list[OpenWork]:
    """Return everything one person is still responsible for."""
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
    """Register a source of the day on which somebody was last active within a span."""
    if source not in _activity_sources:
        _activity_sources.append(source)


def last_activity_of(people: Iterable[UUID], since: datetime, until: datetime) -> dict[UUID, date]:
    """Return the last day (UTC) of activity from `since` up to `until`; people who were not active then are missing."""
    ids, last = list(people), dict[UUID, date]()
    for source in _activity_sources:
        for person_id, day in source(ids, since, until).items():
            last[person_id] = max(day, last.get(person_id, day))
    return last


@dataclass(frozen=True)
class OwnData:
    """One part of the file in which a person takes along what the portal holds about them."""

    position: int
    key: str
    value: Any
    """Anything that JSON can hold; nothing about anybody else, no secret, no ballot."""
    rows: Iterable[Model] = ()
    """The person's own rows behind it; an event of the audit log about one of them is about the person."""


OwnDataSource = Callable[[Person], Iterable[OwnData]]


_own_data_sources: list[OwnDataSource] = []


def answer_own_data(source: OwnDataSource) -> None:
    """Register a source of what an app holds about a person."""
    if source not in _own_data_sources:
        _own_data_sources.append(source)


def own_data_of(person: Person) -> list[OwnData]:
    """Return everything that any app holds about `person`, in order of position."""
    return sorted((part for source in _own_data_sources for part in source(person)), key=lambda part: part.position)


_arrivals: list[Who] = []


def answer_arrivals(who: Who) -> None:
    """Register a predicate of people who have been accepted and are not members yet."""
    if who not in _arrivals:
        _arrivals.append(who)


def arriving(now: datetime) -> Q:
    """Return the filter on people who have been accepted and are not members yet."""
    return reduce(or_, (who.people(None, now) for who in _arrivals), NOBODY)


_with_login: list[Q] = []


def answer_logins(people: Q) -> None:
    """Register the filter on people who have a login that is open."""
    if people not in _with_login:
        _with_login.append(people)


def with_login() -> Q:
    """Return the filter on people who have a login that is open."""
    return reduce(or_, _with_login, NOBODY)


_entrusted: list[Who] = []


def answer_entrusted(who: Who) -> None:
    """Register a predicate of people who are entrusted with something, from outside the team or not."""
    if who not in _entrusted:
        _entrusted.append(who)


def standing(now: datetime) -> Q:
    """Return the filter on people with standing: members, council members, who has been accepted or is entrusted.

    A suspended person keeps it. Whoever controls the mailbox of such a person acts as them, so two people's word binds
    it to them (docs/adr/0085).
    """
    day = now.date()
    members = Q(pk__in=Person.objects.members(day).values("pk"))
    council = Q(pk__in=Person.objects.holding(RoleKind.STEERING_COUNCIL, day).values("pk"))
    return members | council | arriving(now) | reduce(or_, (who.people(None, now) for who in _entrusted), NOBODY)


AccessListener = Callable[[Person], None]


_access_listeners: list[AccessListener] = []


def listen_to_access(listener: AccessListener) -> None:
    """Register a function that is called in the transaction in which a membership or a seat on the council ends.

    It finds the ended rows written, and decides by itself whether anything is left that gives access.
    """
    if listener not in _access_listeners:
        _access_listeners.append(listener)


def announce_access_ended(person: Person) -> None:
    """Tell every listener that `person` may have lost the access to the portal."""
    for listener in _access_listeners:
        listener(person)


NameListener = Callable[[], None]


_name_listeners: list[NameListener] = []


def listen_to_github_names(listener: NameListener) -> None:
    """Register a function that is called in the transaction in which a GitHub name is written down."""
    if listener not in _name_listeners:
        _name_listeners.append(listener)


def announce_github_name() -> None:
    """Tell the apps above that a GitHub name was written down."""
    for listener in _name_listeners:
        listener()
