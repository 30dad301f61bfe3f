"""Reads of reports: the open ones of a dashboard, what somebody has read, and when members were last active."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least, RowNumber

from advisories.reports.events import ReportEvent
from advisories.reports.models import Correction, Message, Report
from advisories.reports.policy import MEMBER, Action, people_who, possible
from advisories.reports.registry import remediation
from audit.models import Event, label
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person
from members.people.policy import Actor

#: Of the open reports, a dashboard lists this many, the oldest; the list of reports has the rest.
OLDEST = 8

#: More than this is no list of things to do.
CONCERNED = 50

#: What no line about a report shows.
_TEXTS = (
    "description", "versions_tested", "versions_affected", "threat_model", "impact", "proof_of_concept",
    "minimal_patch", "known_elsewhere", "found_with", "asked_cna",
)  # fmt: skip


def by_reference(viewer: Actor, reference: str) -> Report | None:
    """Return the report with this reference, in any case, as its page needs it; None for one that is not visible."""
    visible = Report.objects.visible_to(viewer).whole().select_related("duplicate_of", "split_from")
    return visible.filter(reference=reference.upper()).first()


# -- the dashboard -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenReports:
    """The open reports that one member may see, oldest first; both lists are cut, the count is not."""

    count: int = 0
    oldest: list[Report] = field(default_factory=list)
    """At most `OLDEST`, of any coordinator and of none."""
    concerned: list[Report] = field(default_factory=list)
    """At most `CONCERNED` that nobody or the member coordinates, or whose advisory may wait for the member."""


def open_reports(actor: Actor) -> OpenReports:
    """Return everything that a dashboard shows of open reports: one query, none for people who may not see any."""
    if Action.SEE not in possible(actor):
        return OpenReports()
    concerns = Q(coordinator=None) | Q(coordinator=actor.person) | Q(offered_to=actor.person)
    concerns |= remediation().concerns(actor.person)
    by_age = (F("received_at").asc(), F("id").asc())
    rows = list(
        Report.objects.visible_to(actor)
        .whole()
        .open()
        .defer(*_TEXTS)
        .annotate(
            total=Window(Count("pk")),
            rank=Window(RowNumber(), order_by=by_age),
            is_concerned=Case(When(concerns, then=Value(True)), default=Value(False)),
        )
        # The oldest come first, then those that concern the actor: one slice holds both lists.
        .order_by(Least("rank", Value(OLDEST + 1)), F("is_concerned").desc(), *by_age)[: OLDEST + CONCERNED]
    )
    # The annotations are attributes that the type checker does not know.
    marks = [vars(report) for report in rows]
    return OpenReports(
        count=marks[0]["total"] if marks else 0,
        oldest=rows[:OLDEST],
        concerned=[report for report, mark in zip(rows, marks, strict=True) if mark["is_concerned"]][:CONCERNED],
    )


def open_reports_of(coordinator_id: UUID) -> list[Report]:
    """Return the open reports that somebody coordinates, oldest first, for the admins who offboard them."""
    reports = Report.objects.system("an offboarding waits for them").whole().open()
    return list(reports.filter(coordinator=coordinator_id).order_by("received_at", "id"))


#: Duplicates and parts that a page lists; an original with more is known to be one.
RELATED = 50


def related_to(report: Report, viewer: Actor) -> list[Report]:
    """Return the reports that repeat this one, were split off it, or that it was split off, oldest first: one query."""
    related = Q(duplicate_of=report.pk) | Q(split_from=report.pk)
    if report.split_from_id:
        related |= Q(pk=report.split_from_id)
    rows = Report.objects.visible_to(viewer).filter(related)
    rows = rows.only("reference", "summary", "received_at", "duplicate_of", "split_from")
    return list(rows.order_by("received_at", "reference")[:RELATED])


def parts_of(report: Report) -> list[Report]:
    """Return the reports that were split off this one, and the one that it was split off, for their one reporter."""
    rows = Report.objects.system("the reporter of one part is that of the other")
    related = Q(split_from=report.pk)
    if report.split_from_id:
        related |= Q(pk=report.split_from_id)
    found = rows.filter(related).only("reference", "summary", "link_nonce", "received_at")
    return list(found.order_by("received_at", "reference"))


def duplicates_to_credit(report: Report) -> list[str]:
    """Return how the reporters of its duplicates want to be credited, in the order in which they came."""
    rows = Report.objects.system("reporters of duplicates are credited").filter(duplicate_of=report.pk)
    return list(rows.exclude(credit_as="").order_by("received_at", "id").values_list("credit_as", flat=True))


def original_for_reporter(report: Report) -> Report | None:
    """Return the original of a duplicate whose reporter was released, as its public page needs it; else None."""
    if report.duplicate_of_id is None or report.released_at is None:
        return None
    return Report.objects.system("a duplicate is released").whole().filter(pk=report.duplicate_of_id).first()


def corrections_of(report: Report, viewer: Actor) -> QuerySet[Correction]:
    """Return what was corrected, the newest first."""
    return Correction.objects.visible_to(viewer).filter(report=report).select_related("corrected_by")


def offers_to_end(now: datetime) -> QuerySet[Report]:
    """Return the reports that are offered to somebody who cannot coordinate any more."""
    able = who_can_sign_in(Person.objects.filter(MEMBER.people(None, now)))
    offered = Report.objects.system("offers to people who left are ended").filter(offered_to__isnull=False)
    return offered.exclude(offered_to__in=able)


def heirs(report: Report, now: datetime) -> QuerySet[Any]:
    """Return who can take a report over and sign in, each with the `load` of open reports they coordinate.

    Somebody without a login would not read of it.
    """
    others = [report.coordinator_id] if report.coordinator_id else []
    readers = people_who(Action.SEE, report, now).exclude(pk__in=others)
    can_sign_in = who_can_sign_in(readers)
    with_load: QuerySet[Any] = can_sign_in.annotate(load=open_reports_count("pk"))
    return with_load


def open_reports_count(field: str) -> Combinable:
    """Return how many open reports the person in `field` of the outer query coordinates, as SQL."""
    reports = Report.objects.system("an offboarding waits for them").open().filter(coordinator=OuterRef(field))
    counted = reports.order_by().values("coordinator").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# -- the log of reading ------------------------------------------------------------------------------


def has_read(report: Report, by: Actor, at: datetime) -> bool:
    """Return whether it is recorded that the actor read the report on the day (UTC) of `at`."""
    today = datetime.combine(at.date(), datetime.min.time(), UTC)
    return Event.objects.filter(
        target=label(report), kind=ReportEvent.REPORT_READ, actor=label(by.person), at__gte=today
    ).exists()


# -- activity, for the inactivity review: days and ids, nothing of any report ------------------------------

#: Kinds that count as activity of the person who acted, beside those of `registry`. Reading a report does not count.
ACTIVITY = frozenset(
    {
        ReportEvent.COORDINATOR_TOOK,
        ReportEvent.HANDOVER_OFFERED,
        ReportEvent.HANDED_OVER,
        ReportEvent.FACTS_CORRECTED,
        ReportEvent.SPLIT,
        ReportEvent.DETERMINED,
        ReportEvent.FORWARD_ENDED,
        ReportEvent.REOPENED,
        ReportEvent.EMBARGO_SET,
    }
)
_CHANGES_OF_COORDINATOR = (ReportEvent.COORDINATOR_TOOK, ReportEvent.HANDED_OVER)
_REASON = "who was active, for the inactivity review"
_PERSON = "people.person:"

#: Somebody, and a moment at which they were active.
Sign = tuple[UUID, datetime]


@dataclass(frozen=True)
class _Span:
    """A span of time from `since` up to, not including, `until`."""

    since: datetime
    until: datetime

    def last_moment(self, began: datetime, ended: datetime | None) -> datetime | None:
        """Return the last moment inside the span of something that lasted from `began` to `ended`, or still does."""
        if began >= self.until or (ended is not None and ended < self.since):
            return None
        return ended if ended is not None and ended < self.until else self.until - timedelta.resolution


def last_days(people: Iterable[UUID], since: datetime, until: datetime) -> Mapping[UUID, date]:
    """Return the last day (UTC) on which each of `people` coordinated or commented, from `since` up to `until`.

    Coordinating is: acting on a report, being handed one, and being its coordinator while it is open.
    Commenting is: writing a message or a note. Four queries, however many people and reports.
    """
    wanted, span = frozenset(people), _Span(since, until)
    last = dict[UUID, datetime]()
    for signs in (_acted(wanted, span), _commented(wanted, span), _coordinated(span), _coordinate(wanted, span)):
        for person_id, at in signs:
            if person_id in wanted:
                last[person_id] = max(at, last.get(person_id, at))
    return {person_id: at.astimezone(UTC).date() for person_id, at in last.items()}


def _acted(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """Yield when people last acted on a report, by the audit log."""
    events = Event.objects.filter(
        kind__in=ACTIVITY | remediation().activity,
        actor__in=[label(Person(pk=pk)) for pk in people],
        at__gte=span.since,
        at__lt=span.until,
    )
    for actor, at in events.order_by().values_list("actor").annotate(Max("at")):
        yield UUID(actor.removeprefix(_PERSON)), at


def _commented(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """Yield when people last wrote a message to a reporter or a note for the team."""
    messages = Message.objects.system(_REASON).filter(
        author__in=people, sent_at__gte=span.since, sent_at__lt=span.until
    )
    yield from messages.order_by().values_list("author").annotate(Max("sent_at"))


def _coordinated(span: _Span) -> Iterator[Sign]:
    """Yield when anybody was handed a report, and when they had one until it was handed on."""
    began = dict[str, datetime]()
    changes = Event.objects.filter(kind__in=_CHANGES_OF_COORDINATOR).order_by("at")
    for target, kind, at, data in changes.values_list("target", "kind", "at", "data"):
        if kind == ReportEvent.HANDED_OVER:
            if ended := span.last_moment(began.get(target, span.since), at):
                yield UUID(data["before"]), ended
            if span.since <= at < span.until:
                yield UUID(data["after"]), at
        began[target] = at


def _coordinate(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """Yield the last moment of the span at which people coordinated a report that was open."""
    reports = Report.objects.system(_REASON).filter(coordinator__in=people, coordinated_at__lt=span.until)
    rows = reports.only(
        "coordinator", "coordinated_at", "determination", "determined_at", "forward_outcome", "forward_ended_at",
        "published_at",
    )  # fmt: skip
    for report in rows.order_by():
        began = report.coordinated_at
        if report.coordinator_id and began and (at := span.last_moment(began, report.finished_at)):
            yield report.coordinator_id, at
