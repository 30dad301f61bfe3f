"""Point duplicates at their original, and release their reporters with it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from advisories.reports.workflow.locks import lock_rows, locked
from audit import clock
from audit.log import record
from web.conflicts import Conflict

_REASON = "duplicates point at their original"

#: A chain has one link at most; more tries are needed only while others close duplicates of the same reports.
_TRIES = 5


def take_in(report: Report, named: Report) -> Report:
    """Return the original behind `named`, with it and the report's own duplicates locked and pointed at it.

    A part of `determine`. Raises `Conflict` when `report` is that original itself.
    """
    family = set[UUID]()
    for _ in range(_TRIES):
        original = _original(named)
        if original.pk == report.pk:
            is_itself = named.pk == report.pk
            sentence = "A report cannot be a duplicate of itself."
            raise Conflict(sentence if is_itself else f"{named.reference} repeats this report already.")
        rows = Report.objects.system(_REASON).filter(duplicate_of=report.pk)
        wanted = {report.pk, original.pk, *rows.values_list("pk", flat=True)}
        if wanted <= family:
            rows.update(duplicate_of=original)
            return original
        lock_rows(wanted)
        family |= wanted
    raise Conflict("Others close duplicates of the same reports at this moment. Please try again.")


def _original(named: Report) -> Report:
    """Return the report at the end of the chain, as it is now."""
    rows = Report.objects.system(_REASON).select_related("duplicate_of")
    found = rows.get(pk=named.pk)
    return found.duplicate_of or found


@transaction.atomic
def release(report: Report) -> Report:
    """Tell the reporter of a duplicate, once, that its original is public and that they may talk about it."""
    report, at = locked(report), clock.now()
    rows = Report.objects.system(_REASON).filter(pk=report.pk)
    if not rows.to_be_released().exists():
        return report
    report.released_at = at
    report.save(update_fields=["released_at"])
    record(ReportEvent.RELEASED, target=report, by=None, at=at)
    return report
