"""The pages of onboarding."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.boarding import workflow
from members.boarding.enums import Direction
from members.boarding.pages import confirmations
from members.boarding.policy import ChecklistAction
from members.boarding.views import checklists
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.forms import ReasonForm
from web.views import FORM_METHODS, attempt, back_on_conflict

_find = checklists.finder(Direction.IN)


@require_safe
def onboardings(request: PortalRequest) -> HttpResponse:
    """List everybody who comes in, then who came in before."""
    return checklists.list_page(request, Direction.IN, "boarding/onboardings.html")


@require_safe
def onboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one onboarding: every step with its moment and name, and what comes next."""
    return checklists.detail_page(request, Direction.IN, pk, "boarding/onboarding.html")


@require_POST
@back_on_conflict(_find)
def tick_onboarding(request: PortalRequest, pk: UUID, step: int) -> HttpResponse:
    """Tick one channel off, or take that back."""
    return checklists.tick(request, Direction.IN, pk, step)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_find)
def complete(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Complete an onboarding, so that the membership begins."""
    checklist = checklists.checklist_for(ChecklistAction.COMPLETE, request, Direction.IN, pk)
    if request.method == "POST":
        workflow.complete_onboarding(checklist, by=request.actor)
        messages.success(request, f"{checklist.person.name} is a member of the team now.")
        return redirect(checklist)
    return confirmation_page(
        request,
        confirmations.complete(checklist),
        back=checklist.get_absolute_url(),
        back_label=f"Onboarding of {checklist.person.name}",
    )


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_find)
def cancel_onboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Cancel an onboarding, with a reason."""
    checklist = checklists.checklist_for(ChecklistAction.CANCEL, request, Direction.IN, pk)
    form = ReasonForm(posted(request))
    if attempt(form, lambda: workflow.cancel_onboarding(checklist, form.cleaned_data["reason"], by=request.actor)):
        messages.success(request, f"The onboarding of {checklist.person.name} is cancelled.")
        return redirect(checklist)
    return confirmation_page(
        request,
        confirmations.cancel_onboarding(checklist),
        back=checklist.get_absolute_url(),
        back_label=f"Onboarding of {checklist.person.name}",
        form=form,
    )
