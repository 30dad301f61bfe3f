"""Say what a report is, take that back, and note how a forwarding ended; the end of the embargo, and splitting."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from advisories.reports import workflow
from advisories.reports.enums import ForwardOutcome
from advisories.reports.forms.determining import DetermineForm, EndForwardForm
from advisories.reports.forms.triage import EmbargoForm, ReopenForm, SplitForm
from advisories.reports.models import Report
from advisories.reports.pages import confirmations
from advisories.reports.policy import Action, require
from advisories.reports.views.lookup import back_to, on_report
from members.people.requests import PortalRequest
from web.access import posted
from web.confirmation import ConfirmationPage, confirmation_page
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@on_report
def determine(request: PortalRequest, report: Report) -> HttpResponse:
    """Say what the report is: every kind on one page."""
    require(Action.DETERMINE, request.actor, report)
    form = DetermineForm(posted(request), report=report, actor=request.actor)
    done = attempt(form, lambda: workflow.determine(report, form.kind, by=request.actor, **form.details))
    if done is None:
        context = {"report": report, "form": form, "kinds": list(form.kinds), "minutes": confirmations.UNDO_MINUTES}
        return render(request, "reports/determine.html", context, status=status(form))
    messages.success(
        request, f"{done.get_determination_display()}. You can undo this for {confirmations.UNDO_MINUTES} minutes."
    )
    return redirect(report)


def _ask(request: PortalRequest, report: Report, page: ConfirmationPage, form: Form) -> HttpResponse:
    return confirmation_page(request, page, back=report.get_absolute_url(), back_label=report.reference, form=form)


@require_http_methods(FORM_METHODS)
@on_report
def end_forward(request: PortalRequest, report: Report) -> HttpResponse:
    """Note how a forwarding ended, which closes the report."""
    require(Action.END_FORWARD, request.actor, report)
    form = EndForwardForm(posted(request))
    typed = form.cleaned_data if form.is_valid() else {}
    if not typed:
        return _ask(request, report, confirmations.end_forward(report), form)
    outcome = ForwardOutcome(typed["outcome"])
    workflow.end_forward(report, outcome, by=request.actor, message=typed["message"], reason=typed["reason"])
    messages.success(request, f"{outcome.label}. You can undo this for {confirmations.UNDO_MINUTES} minutes.")
    return redirect(report)


@require_POST
@on_report
def undo(request: PortalRequest, report: Report) -> HttpResponse:
    """Take the last closing back before the reporter hears of it."""
    workflow.undo(report, by=request.actor)
    messages.success(request, "Undone. Nobody outside was told.")
    return back_to(request, report)


@require_http_methods(FORM_METHODS)
@on_report
def reopen(request: PortalRequest, report: Report) -> HttpResponse:
    """Take the determination back, with a reason."""
    require(Action.REOPEN, request.actor, report)
    form = ReopenForm(posted(request))
    if not form.is_valid():
        return _ask(request, report, confirmations.reopen(report), form)
    workflow.reopen(report, form.cleaned_data["reason"], by=request.actor)
    messages.success(request, "The report is open again.")
    return redirect(report)


@require_http_methods(FORM_METHODS)
@on_report
def embargo(request: PortalRequest, report: Report) -> HttpResponse:
    """Record when the embargo ends."""
    require(Action.SET_EMBARGO, request.actor, report)
    form = EmbargoForm(posted(request), initial={"until": report.embargo_until})
    done = attempt(form, lambda: workflow.set_embargo(report, form.cleaned_data["until"], by=request.actor), "until")
    if done is None:
        return _ask(request, report, confirmations.embargo(report), form)
    messages.success(request, "The end of the embargo is noted.")
    return redirect(report)


@require_http_methods(FORM_METHODS)
@on_report
def split(request: PortalRequest, report: Report) -> HttpResponse:
    """Make a second report of it."""
    require(Action.SPLIT, request.actor, report)
    initial = {
        name: getattr(report, name) for name in ("project_id", "summary", "description", "impact", "proof_of_concept")
    }
    form = SplitForm(posted(request), initial=initial)
    if not form.is_valid():
        return _ask(request, report, confirmations.split(report), form)
    second = workflow.split(report, form.part, by=request.actor, once=form.cleaned_data["once"])
    messages.success(request, f"{second.reference} is a report of its own now.")
    return redirect(second)
