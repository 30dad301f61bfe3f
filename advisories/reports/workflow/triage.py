"""Triage of a report: taking it, handing it over, and determining what it is; and the log of who read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisories.reports.enums import Determination
from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from advisories.reports.policy import Action, require
from advisories.reports.queries import has_read
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from audit.models import Event
from members.people.models import Person
from members.people.policy import Actor, actor_of
from web.conflicts import Conflict


def note_reading(report: Report, *, by: Actor) -> Event | None:
    """Record that a member reads a report, once per person, report and day (UTC); None when it is recorded already.

    Raises `NotAllowed` for somebody who may not see it. Only the first reading of a day takes a lock.
    """
    require(Action.SEE, by, report)
    at = clock.now()
    return None if has_read(report, by, at) else _record_reading(report, by, at)


@transaction.atomic
def _record_reading(report: Report, by: Actor, at: datetime) -> Event | None:
    locked(report)
    if has_read(report, by, at):
        return None
    return record(ReportEvent.REPORT_READ, target=report, by=by.person, at=at)


@transaction.atomic
def coordinate(report: Report, *, by: Actor) -> Report:
    """Become the coordinator of a report that has none. Raises `NotAllowed`, or `Conflict` when it has one."""
    report, at = locked(report), clock.now()
    report.coordinator, report.coordinated_at = require(Action.COORDINATE, by, report, at), at
    report.save(update_fields=["coordinator", "coordinated_at"])
    record(ReportEvent.COORDINATOR_TOOK, target=report, by=by.person, at=at)
    return report


@transaction.atomic
def hand_over(report: Report, to: Person, *, by: Actor) -> Report:
    """Make another member the coordinator. Raises `NotAllowed`, or `Conflict` for somebody who cannot be."""
    report, at = locked(report), clock.now()
    require(Action.HAND_OVER, by, report, at)
    if not actor_of(to, at.date()).is_member:
        raise Conflict(f"{to} is not a member now, and so cannot coordinate.")
    if to == report.coordinator:
        raise Conflict(f"{to} coordinates this report already.")
    before = report.coordinator_id
    report.coordinator, report.coordinated_at = to, at
    report.save(update_fields=["coordinator", "coordinated_at"])
    record(ReportEvent.HANDED_OVER, target=report, by=by.person, at=at, before=before, after=to.pk)
    return report


@transaction.atomic
def set_embargo(report: Report, until: datetime | None, *, by: Actor) -> Report:
    """Record when the embargo ends, or with None that nothing is agreed. Raises `NotAllowed` or `Conflict`."""
    report, at = locked(report), clock.now()
    require(Action.SET_EMBARGO, by, report, at)
    if until is not None and until <= at:
        raise Conflict("An embargo ends in the future; to end it now, publish.")
    report.embargo_until = until
    report.save(update_fields=["embargo_until"])
    record(ReportEvent.EMBARGO_SET, target=report, by=by.person, at=at)
    return report


@transaction.atomic
def determine(
    report: Report,
    determination: Determination,
    *,
    by: Actor,
    duplicate_of: Report | None = None,
    forwarded_to: str = "",
) -> Report:
    """Record what the report is; all but a vulnerability finish it.

    A duplicate needs its original, a forwarded report where it went. Raises `NotAllowed` or `Conflict`.
    """
    report, at = locked(report), clock.now()
    determined_by = require(Action.DETERMINE, by, report, at)
    is_duplicate, is_forwarded = determination is Determination.DUPLICATE, determination is Determination.FORWARDED
    if is_duplicate != (duplicate_of is not None):
        raise Conflict("A duplicate, and only a duplicate, names the report it repeats.")
    if is_forwarded != bool(forwarded_to):
        raise Conflict("A forwarded report, and only that, says where it was forwarded to.")
    if duplicate_of is not None:
        _require_original(report, duplicate_of)
    report.determination, report.determined_by, report.determined_at = determination, determined_by, at
    report.duplicate_of, report.forwarded_to = duplicate_of, forwarded_to
    report.save(update_fields=["determination", "determined_by", "determined_at", "duplicate_of", "forwarded_to"])
    record(ReportEvent.DETERMINED, target=report, by=determined_by, at=at)
    return report


def _require_original(report: Report, original: Report) -> None:
    if original.pk == report.pk:
        raise Conflict("A report cannot be a duplicate of itself.")
    if original.determination == Determination.DUPLICATE:
        raise Conflict(f"{original.reference} is a duplicate itself; name the report that one repeats.")


@transaction.atomic
def reopen(report: Report, *, by: Actor) -> Report:
    """Take a determination back; a draft stays. Raises `NotAllowed`, or `Conflict` when its advisory is published."""
    report, at = locked(report), clock.now()
    require(Action.REOPEN, by, report, at)
    report.determination, report.determined_by, report.determined_at = "", None, None
    report.duplicate_of, report.forwarded_to = None, ""
    report.save(update_fields=["determination", "determined_by", "determined_at", "duplicate_of", "forwarded_to"])
    record(ReportEvent.REOPENED, target=report, by=by.person, at=at)
    return report


def mark_published(report: Report, at: datetime) -> None:
    """Finish a report whose advisory is published at `at`: a part of that verb, which locked it and records the event.

    The report keeps the moment itself, so that its phase needs no row of another app.
    """
    report.published_at = at
    report.save(update_fields=["published_at"])
