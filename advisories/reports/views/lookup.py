"""Look a report up for a member's page, show it, and lead back to it without losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from advisories.reports import queries, workflow
from advisories.reports.forms.triage import WriteForm
from advisories.reports.models import Report
from advisories.reports.pages.report import report_page
from audit import clock
from members.people.requests import PortalRequest
from web.views import back_on_conflict

ReportView = Callable[[PortalRequest, Report], HttpResponse]
PartView = Callable[[PortalRequest, Report, UUID], HttpResponse]


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


def on_report_part(view: PartView) -> Callable[[PortalRequest, str, UUID], HttpResponse]:
    """Give the view the report and the key of one of its parts, like `on_report`."""

    @wraps(view)
    def on_its_part(request: PortalRequest, reference: str, pk: UUID) -> HttpResponse:
        def of_report(request: PortalRequest, report: Report) -> HttpResponse:
            return view(request, report, pk)

        return on_report(of_report)(request, reference)

    return on_its_part


def show(
    request: PortalRequest,
    report: Report,
    form: WriteForm | None = None,
    *,
    now: datetime | None = None,
    last_look: datetime | None = None,
) -> HttpResponse:
    """Show the report's page; `form` is the box with what was typed into it, refused or kept."""
    page = report_page(report, request.actor, now or clock.now(), last_look)
    is_refused = form is not None and form.is_bound
    context = {**page, "form": form or WriteForm()}
    return render(request, "reports/detail.html", context, status=422 if is_refused else 200)


def back_to(request: PortalRequest, report: Report) -> HttpResponse:
    """Lead back to the report after a button that needs no page of its own.

    Such buttons belong to the box, so a text that was typed there and not sent comes along; it stays in the box.
    """
    typed = request.POST.get("body", "")
    if not typed:
        return redirect(report)
    newest = queries.by_reference(request.actor, report.reference) or report
    return show(request, newest, WriteForm(initial={"body": typed}))
