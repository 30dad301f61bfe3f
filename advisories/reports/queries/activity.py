"""When a member last worked on reports, for the inactivity review: days and ids, nothing of any report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from advisories.reports.events import AdvisoryEvent
from advisories.reports.models import Message, Report
from audit.models import Event, label
from members.people.models import Person

#: What counts by whoever did it. Reading a report does not, and neither does an import.
ACTS = (
    AdvisoryEvent.COORDINATOR_TOOK,
    AdvisoryEvent.HANDED_OVER,
    AdvisoryEvent.DETERMINED,
    AdvisoryEvent.REOPENED,
    AdvisoryEvent.EMBARGO_SET,
    AdvisoryEvent.DRAFT_STARTED,
    AdvisoryEvent.DRAFT_EDITED,
    AdvisoryEvent.APPROVED,
    AdvisoryEvent.PUBLISHED,
)


_CHANGES_OF_COORDINATOR = (AdvisoryEvent.COORDINATOR_TOOK, AdvisoryEvent.HANDED_OVER)


_REASON = "who was active, for the inactivity review"


_PERSON = "people.person:"


#: Somebody, and a moment at which they were active.
Sign = tuple[UUID, datetime]


@dataclass(frozen=True)
class _Span:
    """From `since` up to, not including, `until`."""

    since: datetime
    until: datetime

    def last_moment(self, began: datetime, ended: datetime | None) -> datetime | None:
        """The last moment inside the span of something that went on from `began` to `ended`, or still does."""
        if began >= self.until or (ended is not None and ended < self.since):
            return None
        return ended if ended is not None and ended < self.until else self.until - timedelta.resolution


def last_days(people: Iterable[UUID], since: datetime, until: datetime) -> Mapping[UUID, date]:
    """The last day (UTC) on which each of `people` coordinated or commented, from `since` up to `until`.

    Coordinating is: acting on a report, being handed one, and being its coordinator while it is open.
    Commenting is: writing a message or a note. Four queries, however many people and reports.
    """
    asked, span = frozenset(people), _Span(since, until)
    last = dict[UUID, datetime]()
    for signs in (_acted(asked, span), _commented(asked, span), _coordinated(span), _coordinate(asked, span)):
        for person_id, at in signs:
            if person_id in asked:
                last[person_id] = max(at, last.get(person_id, at))
    return {person_id: at.astimezone(UTC).date() for person_id, at in last.items()}


def _acted(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """By the audit log."""
    acts = Event.objects.filter(
        kind__in=ACTS, actor__in=[label(Person(pk=pk)) for pk in people], at__gte=span.since, at__lt=span.until
    )
    for actor, at in acts.order_by().values_list("actor").annotate(Max("at")):
        yield UUID(actor.removeprefix(_PERSON)), at


def _commented(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """Messages to the reporter and notes for the team."""
    written = Message.objects.system(_REASON).filter(author__in=people, sent_at__gte=span.since, sent_at__lt=span.until)
    yield from written.order_by().values_list("author").annotate(Max("sent_at"))


def _coordinated(span: _Span) -> Iterator[Sign]:
    """Was handed a report, or had one until it was handed on; of everybody."""
    began = dict[str, datetime]()
    changes = Event.objects.filter(kind__in=_CHANGES_OF_COORDINATOR).order_by("at")
    for target, kind, at, data in changes.values_list("target", "kind", "at", "data"):
        if kind == AdvisoryEvent.HANDED_OVER:
            if ended := span.last_moment(began.get(target, span.since), at):
                yield UUID(data["before"]), ended
            if span.since <= at < span.until:
                yield UUID(data["after"]), at
        began[target] = at


def _coordinate(people: frozenset[UUID], span: _Span) -> Iterator[Sign]:
    """Is the coordinator of a report that was open in the span."""
    theirs = Report.objects.system(_REASON).filter(coordinator__in=people, coordinated_at__lt=span.until)
    rows = theirs.select_related("advisory").only(
        "coordinator", "coordinated_at", "determination", "determined_at", "advisory__report", "advisory__published_at"
    )
    for report in rows.order_by():
        began = report.coordinated_at
        if report.coordinator_id and began and (at := span.last_moment(began, report.finished_at)):
            yield report.coordinator_id, at
