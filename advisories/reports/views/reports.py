"""Members' pages: every report, one report, and one address per action."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advisories.reports import workflow
from advisories.reports.enums import Determination
from advisories.reports.forms.triage import (
    DetermineForm,
    EmbargoForm,
    HandOverForm,
    MessageForm,
    ReportNoteForm,
    forms_of,
)
from advisories.reports.models import Report
from advisories.reports.pages.report import report_page, row_of
from advisories.reports.policy import Action, possible, require
from advisories.reports.views.lookup import on_report
from audit import clock
from members.people.requests import PortalRequest
from web.pagination import page_of
from web.views import next_or

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


def _page(request: PortalRequest, report: Report, bound: Form | None = None) -> HttpResponse:
    now = clock.now()
    forms, refused = forms_of(report, request.actor, now, bound)
    context = {**report_page(report, request.actor, now), "forms": forms, "refused": refused}
    return render(request, "reports/detail.html", context, status=422 if bound else 200)


@require_safe
@on_report
def detail(request: PortalRequest, report: Report) -> HttpResponse:
    """Show one report: what it says, where it stands, the conversation, what comes next."""
    return _page(request, report)


@require_POST
@on_report
def note(request: PortalRequest, report: Report) -> HttpResponse:
    """Save an internal note."""
    form = ReportNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, report, form)
    workflow.write_note(report, form.cleaned_data["body"], by=request.actor, once=form.cleaned_data["once"])
    messages.success(request, "The note is saved. Only the team sees it.")
    return redirect(report)


@require_POST
@on_report
def message(request: PortalRequest, report: Report) -> HttpResponse:
    """Write to the reporter."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, report, form)
    workflow.write_message(report, form.cleaned_data["body"], by=request.actor, once=form.cleaned_data["once"])
    messages.success(request, "Sent: the reporter sees it on their page.")
    return redirect(report)


@require_POST
@on_report
def coordinate(request: PortalRequest, report: Report) -> HttpResponse:
    """Take the report on."""
    workflow.coordinate(report, by=request.actor)
    messages.success(request, "You coordinate this report now.")
    return redirect(report)


@require_POST
@on_report
def hand_over(request: PortalRequest, report: Report) -> HttpResponse:
    """Hand the report over to another member."""
    require(Action.HAND_OVER, request.actor, report)
    form = HandOverForm(request.POST, report=report, now=clock.now())
    if not form.is_valid():
        return _page(request, report, form)
    report = workflow.hand_over(report, form.cleaned_data["person"], by=request.actor)
    messages.success(request, f"{report.coordinator} coordinates {report.reference} now.")
    return next_or(request, "reports:detail", report.reference)


@require_POST
@on_report
def embargo(request: PortalRequest, report: Report) -> HttpResponse:
    """Record when the embargo ends."""
    require(Action.SET_EMBARGO, request.actor, report)
    form = EmbargoForm(request.POST)
    if not form.is_valid():
        return _page(request, report, form)
    workflow.set_embargo(report, form.cleaned_data["until"], by=request.actor)
    messages.success(request, "The end of the embargo is noted.")
    return redirect(report)


@require_POST
@on_report
def determine(request: PortalRequest, report: Report) -> HttpResponse:
    """Record what the report is."""
    require(Action.DETERMINE, request.actor, report)
    form = DetermineForm(request.POST, report=report, actor=request.actor)
    if not form.is_valid():
        return _page(request, report, form)
    report = workflow.determine(
        report,
        Determination(form.cleaned_data["determination"]),
        by=request.actor,
        duplicate_of=form.cleaned_data["duplicate_of"],
        forwarded_to=form.cleaned_data["forwarded_to"],
    )
    messages.success(request, f"Determined: {report.get_determination_display().lower()}.")
    return redirect(report)


@require_POST
@on_report
def reopen(request: PortalRequest, report: Report) -> HttpResponse:
    """Take the determination back."""
    workflow.reopen(report, by=request.actor)
    messages.success(request, "The report is open again.")
    return redirect(report)
