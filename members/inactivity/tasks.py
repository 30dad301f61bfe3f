"""Celery tasks of the inactivity review."""

from __future__ import annotations

from celery import shared_task

from audit import clock
from members.inactivity import workflow
from members.inactivity.models import YearlyReport
from web.background import attempt


@shared_task
def keep_yearly_report() -> None:
    """Every hour: half way through a notice remind who has not answered; after it, make the lists."""
    now = clock.now()
    for report in YearlyReport.objects.announced():
        if report.remind_at <= now:
            for entry in report.entries.unanswered().filter(reminded_at=None):
                attempt(workflow.remind_of_notice, entry)
        if report.is_due(now):
            attempt(_make_lists, report)


def _make_lists(report: YearlyReport) -> None:
    workflow.generate_yearly(report, by=None)
