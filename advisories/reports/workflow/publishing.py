"""What publishing an advisory does to its report."""

from __future__ import annotations

from datetime import datetime

from advisories.reports.models import Report
from advisories.reports.workflow.conversation import release_held
from advisories.reports.workflow.offers import OFFER, clear_offer


def mark_published(report: Report, at: datetime) -> None:
    """Finish a report whose advisory is published at `at`: a part of that verb, which locked it and records the event.

    The report keeps the moment itself, so that its phase needs no row of another app. Its reporter hears of the
    advisory, and so of everything that still waited for the end of the time to undo.
    """
    report.published_at = at
    if report.told_at is None:
        report.told_at = at
        release_held(report)
    clear_offer(report)
    report.save(update_fields=["published_at", "told_at", *OFFER])
