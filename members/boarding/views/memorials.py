"""Recording that somebody has died, confirming it, and undoing a mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.boarding import workflow
from members.boarding.forms import DeathForm, UndoForm
from members.boarding.models import Memorial
from members.boarding.pages import confirmations
from members.boarding.policy import MEMORIALS, Action, MemorialAction, require, require_any
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.views import FORM_METHODS, attempt, back_on_conflict, check_first


def _path(pk: UUID, **_more: Any) -> str:
    return reverse("boarding:memorial", args=[pk])


def _found(request: PortalRequest, pk: UUID, action: MemorialAction) -> Memorial:
    MEMORIALS.require_any(action, request.actor)
    related = ("person", "recorded_by", "confirmed_by", "undone_by")
    return get_object_or_404(Memorial.objects.select_related(*related), pk=pk)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(lambda slug: reverse("people:record", args=[slug]))
def record_death(request: PortalRequest, slug: str) -> HttpResponse:
    """Give the first word that somebody has died."""
    require_any(Action.RECORD_DEATH, request.actor)
    person = get_object_or_404(Person, slug=slug)
    form = DeathForm(posted(request))
    check_first(form, lambda: require(Action.RECORD_DEATH, request.actor, person))
    made = attempt(form, lambda: workflow.record_death(person, form.cleaned_data["source"], by=request.actor))
    if made is not None:
        messages.success(request, f"Recorded. The access of {person.name} has ended; a second person confirms.")
        return redirect("boarding:memorial", pk=made.pk)
    back = reverse("people:record", args=[slug])
    page = confirmations.record_death(person, clock.now())
    return confirmation_page(request, page, back=back, back_label=person.name, form=form)


@require_safe
def memorial(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one record: who gave which word, and what can be done."""
    found = _found(request, pk, MemorialAction.SEE)
    now = clock.now()
    allowed = MEMORIALS.allowed(request.actor, found, now)
    can = {action.name.lower(): action in allowed for action in MemorialAction}
    second = confirmations.who_confirms(found.person, now)
    context = {"memorial": found, "person": found.person, "can": can, "second": second}
    return render(request, "boarding/memorial.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_path)
def confirm_death(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Give the second word."""
    found = _found(request, pk, MemorialAction.CONFIRM)
    MEMORIALS.require(MemorialAction.CONFIRM, request.actor, found)
    if request.method == "POST":
        workflow.confirm_death(found, by=request.actor)
        messages.success(request, f"{found.person.name} is listed in memoriam.")
        return redirect("boarding:memorial", pk=pk)
    page = confirmations.confirm_death(found)
    return confirmation_page(request, page, back=_path(pk), back_label="In memoriam")


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_path)
def undo_death(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Undo a record that was a mistake, with a reason."""
    found = _found(request, pk, MemorialAction.UNDO)
    form = UndoForm(posted(request))
    check_first(form, lambda: MEMORIALS.require(MemorialAction.UNDO, request.actor, found))
    if attempt(form, lambda: workflow.undo_death(found, form.cleaned_data["reason"], by=request.actor)):
        messages.success(request, f"The record about {found.person.name} is undone.")
        return redirect("boarding:memorial", pk=pk)
    page = confirmations.undo_death(found)
    return confirmation_page(request, page, back=_path(pk), back_label="In memoriam", form=form)
