"""The pages of offboarding."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.boarding import workflow
from members.boarding.enums import Direction
from members.boarding.forms import OffboardForm
from members.boarding.pages import confirmations
from members.boarding.policy import Action, ChecklistAction, require, require_any
from members.boarding.views import checklists
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.views import FORM_METHODS, attempt, back_on_conflict, check_first

_find = checklists.finder(Direction.OUT)


@require_safe
def offboardings(request: PortalRequest) -> HttpResponse:
    """List everybody who leaves, then who left before."""
    return checklists.list_page(request, Direction.OUT, "boarding/offboardings.html")


@require_safe
def offboarding(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one offboarding: reports to hand over, channels to close."""
    return checklists.detail_page(request, Direction.OUT, pk, "boarding/offboarding.html")


def _record_of(slug: str) -> str:
    return reverse("people:record", args=[slug])


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_record_of)
def offboard(request: PortalRequest, slug: str) -> HttpResponse:
    """Let a member go who has asked for it."""
    require_any(Action.OFFBOARD, request.actor)
    person = get_object_or_404(Person, slug=slug)
    if request.actor.is_person(person):
        return redirect("boarding:leave")
    form = OffboardForm(posted(request))
    check_first(form, lambda: require(Action.OFFBOARD, request.actor, person))
    begun = attempt(form, lambda: workflow.offboard(person, **form.cleaned_data, by=request.actor))
    if begun is not None:
        messages.success(request, f"The access of {person.name} is closed. Now the checklist.")
        return redirect(begun)
    back = _record_of(slug)
    return confirmation_page(request, confirmations.offboard(person), back=back, back_label=person.name, form=form)


@require_POST
@back_on_conflict(_find)
def tick_offboarding(request: PortalRequest, pk: UUID, step: int) -> HttpResponse:
    """Tick one channel off, or take that back."""
    return checklists.tick(request, Direction.OUT, pk, step)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_find)
def finish(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Finish an offboarding: everything is closed and handed over."""
    checklist = checklists.checklist_for(ChecklistAction.COMPLETE, request, Direction.OUT, pk)
    if request.method == "POST":
        workflow.finish_offboarding(checklist, by=request.actor)
        messages.success(request, f"The offboarding of {checklist.person.name} is finished.")
        return redirect(checklist)
    return confirmation_page(
        request,
        confirmations.finish(checklist),
        back=checklist.get_absolute_url(),
        back_label=f"Offboarding of {checklist.person.name}",
    )
