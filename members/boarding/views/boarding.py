"""Coming in and going out: the two checklists, and the emergency brake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.boarding import workflow
from members.boarding.forms import OffboardForm
from members.boarding.models import Offboarding, Onboarding
from members.boarding.pages import checklists, confirmations
from members.boarding.policy import Action, allows, require, require_any
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.forms import ReasonForm
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict


def find_onboarding(pk: UUID, **_more: Any) -> Onboarding:
    """With whom and what the page names."""
    found = Onboarding.objects.select_related("person", "completed_by", "cancelled_by", "membership")
    return get_object_or_404(found, pk=pk)


def find_offboarding(pk: UUID, **_more: Any) -> Offboarding:
    """The same for the way out."""
    return get_object_or_404(
        Offboarding.objects.select_related("person", "begun_by", "finished_by", "membership"), pk=pk
    )


@require_safe
def onboardings(request: PortalRequest) -> HttpResponse:
    """Who is on the way in, then who came in before."""
    require(Action.SEE_BOARDING, request.actor)
    page = page_of(request, Onboarding.objects.select_related("person").prefetch_related("steps__channel"))
    rows = [checklists.onboarding_row(onboarding) for onboarding in page]
    return render(request, "boarding/onboardings.html", {"page": page, "rows": rows})


@require_safe
def onboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One checklist: who did what and when, and what comes next."""
    require(Action.SEE_BOARDING, request.actor)
    found = find_onboarding(pk)
    return render(request, "boarding/onboarding.html", checklists.onboarding(found))


@require_POST
@back_on_conflict(find_onboarding)
def tick_onboarding(request: PortalRequest, pk: UUID, step: int) -> HttpResponse:
    """Tick one channel off, or take that back."""
    require(Action.ONBOARD, request.actor)
    found = find_onboarding(pk)
    row = get_object_or_404(found.steps, pk=step)
    said = request.POST.get("state")
    workflow.tick_onboarding(row, done=said != "undone", not_needed=said == "not_needed", by=request.actor)
    return redirect(f"{found.get_absolute_url()}#step-{row.pk}")


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_onboarding)
def complete(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Access is complete: the membership begins."""
    require(Action.ONBOARD, request.actor)
    found = find_onboarding(pk)
    if request.method == "POST":
        workflow.complete_onboarding(found, by=request.actor)
        messages.success(request, f"{found.person.name} is a member of the team now.")
        return redirect(found)
    return confirmation_page(
        request,
        confirmations.complete(found),
        back=found.get_absolute_url(),
        back_label=f"Onboarding of {found.person.name}",
    )


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_onboarding)
def cancel_onboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Give an onboarding up, with a reason."""
    require(Action.ONBOARD, request.actor)
    found = find_onboarding(pk)
    form = ReasonForm(posted(request))
    if form.is_valid():
        workflow.cancel_onboarding(found, form.cleaned_data["reason"], by=request.actor)
        messages.success(request, f"The onboarding of {found.person.name} is given up.")
        return redirect(found)
    return confirmation_page(
        request,
        confirmations.cancel_onboarding(found),
        back=found.get_absolute_url(),
        back_label=f"Onboarding of {found.person.name}",
        form=form,
    )


@require_safe
def offboardings(request: PortalRequest) -> HttpResponse:
    """Who is on the way out, then who left before."""
    require(Action.SEE_BOARDING, request.actor)
    page = page_of(request, Offboarding.objects.select_related("person").prefetch_related("steps"))
    rows = [checklists.offboarding_row(offboarding) for offboarding in page]
    return render(request, "boarding/offboardings.html", {"page": page, "rows": rows})


@require_http_methods(FORM_METHODS)
@fresh_factor
def offboard(request: PortalRequest, slug: str) -> HttpResponse:
    """Let a member go who has asked for it."""
    require_any(Action.OFFBOARD, request.actor)
    person = get_object_or_404(Person, slug=slug)
    if not allows(Action.OFFBOARD, request.actor, person):
        return redirect("boarding:leave")
    form = OffboardForm(posted(request))
    begun = attempt(form, lambda: workflow.offboard(person, **form.cleaned_data, by=request.actor))
    if begun is not None:
        messages.success(request, f"The access of {person.name} is closed. Now the checklist.")
        return redirect(begun)
    back = reverse("people:record", args=[slug])
    return confirmation_page(request, confirmations.offboard(person), back=back, back_label=person.name, form=form)


@require_safe
def offboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One checklist: reports to hand over, channels to close."""
    require(Action.SEE_BOARDING, request.actor)
    found = find_offboarding(pk)
    return render(request, "boarding/offboarding.html", checklists.offboarding(found))


@require_POST
@back_on_conflict(find_offboarding)
def tick_offboarding(request: PortalRequest, pk: UUID, step: int) -> HttpResponse:
    """Tick one channel off, or take that back."""
    require_any(Action.OFFBOARD, request.actor)
    found = find_offboarding(pk)
    row = get_object_or_404(found.steps, pk=step)
    said = request.POST.get("state")
    workflow.tick_offboarding(row, done=said != "undone", not_needed=said == "not_needed", by=request.actor)
    return redirect(f"{found.get_absolute_url()}#step-{row.pk}")


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_offboarding)
def finish(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Everything is closed and handed over."""
    require_any(Action.OFFBOARD, request.actor)
    found = find_offboarding(pk)
    if request.method == "POST":
        workflow.finish_offboarding(found, by=request.actor)
        messages.success(request, f"The offboarding of {found.person.name} is finished.")
        return redirect(found)
    return confirmation_page(
        request,
        confirmations.finish(found),
        back=found.get_absolute_url(),
        back_label=f"Offboarding of {found.person.name}",
    )
