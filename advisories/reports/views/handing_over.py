"""Hand a report over: offer it, accept, decline by naming somebody else, take the offer back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from advisories.reports import workflow
from advisories.reports.forms.triage import DeclineForm, OfferForm
from advisories.reports.models import Report
from advisories.reports.pages import confirmations
from advisories.reports.policy import Action, require
from advisories.reports.views.lookup import back_to, on_report
from audit import clock
from members.people.requests import PortalRequest
from web.access import posted
from web.confirmation import confirmation_page
from web.views import FORM_METHODS, attempt, next_or


@require_http_methods(FORM_METHODS)
@on_report
def hand_over(request: PortalRequest, report: Report) -> HttpResponse:
    """Ask another member to coordinate the report."""
    require(Action.OFFER, request.actor, report)
    form = OfferForm(posted(request), report=report, now=clock.now())
    changed = attempt(
        form, lambda: workflow.offer(report, form.cleaned_data["person"], by=request.actor), field="person"
    )
    if changed is None:
        page = confirmations.hand_over(report)
        return confirmation_page(request, page, back=report.get_absolute_url(), back_label=report.reference, form=form)
    is_asked = changed.offered_to is not None
    sentence = f"{changed.offered_to} is asked to coordinate {changed.reference}." if is_asked else "You coordinate it."
    messages.success(request, sentence)
    return next_or(request, "reports:detail", report.reference)


@require_POST
@on_report
def accept(request: PortalRequest, report: Report) -> HttpResponse:
    """Agree to coordinate it."""
    workflow.accept_offer(report, by=request.actor)
    messages.success(request, "You coordinate this report now.")
    return back_to(request, report)


@require_http_methods(FORM_METHODS)
@on_report
def decline(request: PortalRequest, report: Report) -> HttpResponse:
    """Decline by naming somebody else."""
    require(Action.DECLINE, request.actor, report)
    form = DeclineForm(posted(request), report=report, now=clock.now())
    changed = attempt(
        form, lambda: workflow.decline_offer(report, form.cleaned_data["person"], by=request.actor), field="person"
    )
    if changed is None:
        page = confirmations.decline(report)
        return confirmation_page(request, page, back=report.get_absolute_url(), back_label=report.reference, form=form)
    messages.success(request, f"{changed.offered_to} is asked instead.")
    return next_or(request, "reports:detail", report.reference)


@require_POST
@on_report
def take_back(request: PortalRequest, report: Report) -> HttpResponse:
    """End an offer that nobody has answered."""
    workflow.take_offer_back(report, by=request.actor)
    messages.success(request, "The offer is taken back.")
    return back_to(request, report)
