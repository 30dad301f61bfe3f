"""Read a report, take it on, and note the end of its embargo."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisories.reports.events import ReportEvent
from advisories.reports.models import Look, Report
from advisories.reports.policy import Action, require
from advisories.reports.queries import has_read
from advisories.reports.workflow.locks import locked
from advisories.reports.workflow.offers import OFFER, clear_offer
from audit import clock
from audit.log import record
from audit.models import Event
from members.people.policy import Actor
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
    clear_offer(report)
    report.save(update_fields=["coordinator", "coordinated_at", *OFFER])
    record(ReportEvent.COORDINATOR_TOOK, target=report, by=by.person, at=at)
    return report


def look(report: Report, *, by: Actor, at: datetime) -> datetime | None:
    """Note that a member looks at the report's page at `at`; return when they did last, None for the first time.

    Reading is recorded by `note_reading`; this is only what the page needs to mark what is new. Raises `NotAllowed`.
    """
    person = require(Action.SEE, by, report)
    looks = Look.objects.visible_to(by).filter(report=report)
    before: datetime | None = looks.values_list("looked_at", flat=True).first()
    if before is None:
        Look.objects.bulk_create([Look(report=report, person=person, looked_at=at)], ignore_conflicts=True)
    else:
        looks.update(looked_at=at)
    return before


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
