"""Look a report up for a member's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse

from advisories.reports import queries, workflow
from advisories.reports.models import Report
from members.people.requests import PortalRequest
from web.views import back_on_conflict

ReportView = Callable[[PortalRequest, Report], HttpResponse]


def on_report(view: ReportView) -> Callable[[PortalRequest, str], HttpResponse]:
    """Give the view the report with this reference, if the reader may see it, and record that it was read.

    Hidden and missing are the same 404. When things have changed since the page was made (`Conflict`), the reader
    goes back to the report, with the sentence.
    """

    guarded = back_on_conflict(_itself)(view)

    @wraps(view)
    def on_its_report(request: PortalRequest, reference: str) -> HttpResponse:
        report = queries.by_reference(request.actor, reference)
        if report is None:
            raise Http404
        workflow.note_reading(report, by=request.actor)
        return guarded(request, report)

    return on_its_report


def _itself(report: Report) -> Report:
    return report
