"""Members' pages: every report, and one report."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from advisories.reports import workflow
from advisories.reports.models import Report
from advisories.reports.pages.report import row_of
from advisories.reports.policy import Action, possible
from advisories.reports.views.lookup import back_to, on_report, show
from audit import clock
from members.people.requests import PortalRequest
from web.pagination import page_of

#: What ``?show=`` may ask for; anything else is the first.
SHOWN = {"open": "Open", "mine": "Mine", "closed": "Finished", "all": "All"}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List reports, newest first; to people who may not see any there is no such page."""
    if Action.SEE not in possible(request.actor):
        raise Http404
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "open"
    visible = Report.objects.visible_to(request.actor).listed()
    now = clock.now()
    reports = {
        "open": visible.open(),
        "mine": visible.open().filter(coordinator=request.actor.person),
        "closed": visible.finished(),
        "all": visible,
    }[shown]
    page = page_of(request, reports)
    context = {
        "page": page,
        "rows": [row_of(report, now) for report in page],
        "shown": shown,
        "choices": SHOWN.items(),
        "query": f"show={shown}",
    }
    return render(request, "reports/list.html", context)


@require_safe
@on_report
def detail(request: PortalRequest, report: Report) -> HttpResponse:
    """Show one report: what it says, where it stands, the conversation, what comes next."""
    now = clock.now()
    return show(request, report, now=now, last_look=workflow.look(report, by=request.actor, at=now))


@require_POST
@on_report
def coordinate(request: PortalRequest, report: Report) -> HttpResponse:
    """Take the report on."""
    workflow.coordinate(report, by=request.actor)
    messages.success(request, "You coordinate this report now.")
    return back_to(request, report)
