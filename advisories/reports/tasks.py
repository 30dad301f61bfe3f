"""The tasks of reports: telling reporters what cannot be undone any more, and ending offers to people who left."""

from __future__ import annotations

from celery import shared_task

from advisories.reports import queries, workflow
from advisories.reports.models import Report
from audit import clock
from web.background import attempt


@shared_task
def settle_reports() -> None:
    """Tell the reporters of closings whose time to undo is over, and those of duplicates whose original is public.

    Run as often as you like, and by several workers at once; one report that cannot stops no other one.
    """
    now = clock.now()
    for report in Report.objects.system("reporters are told of closings").to_be_told(now):
        attempt(workflow.tell_outcome, report)
    for report in Report.objects.system("reporters of duplicates are released").to_be_released():
        attempt(workflow.release, report)
    for report in queries.offers_to_end(now):
        attempt(workflow.end_offer, report)
