"""Resets: the list, one request with its three acts, and beginning one for somebody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.people.models import Person
from members.people.requests import PortalRequest
from members.resets import pages, queries, workflow
from members.resets.enums import ResetPhase
from members.resets.forms import BeginResetForm, VouchForm
from members.resets.models import LoginReset
from members.resets.policy import POLICY, Action
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, check_first, status


@require_safe
def listed(request: PortalRequest) -> HttpResponse:
    """List every request for a reset: those that wait first, then the newest."""
    POLICY.require_any(Action.SEE, request.actor)
    page = page_of(request, queries.resets(request.now))
    return render(request, "resets/list.html", {"page": page, "rows": pages.reset_rows(page, request.now)})


@require_http_methods(FORM_METHODS)
@fresh_factor
def begin(request: PortalRequest, slug: str) -> HttpResponse:
    """Begin a reset for somebody, and vouch for them as the first person."""
    POLICY.require_any(Action.BEGIN, request.actor)
    person = get_object_or_404(Person, slug=slug)
    form = BeginResetForm(posted(request), person=person)
    check_first(form, lambda: POLICY.require(Action.BEGIN, request.actor, person, request.now))
    reset = attempt(form, lambda: workflow.begin_reset(person, by=request.actor, **form.cleaned_data))
    if reset:
        messages.success(request, f"{reset.number} waits for a second person. {person.name} is told by mail.")
        return redirect(reset)
    back = reverse("people:record", args=[slug])
    return confirmation_page(request, pages.begin(person), back=back, back_label=person.name, form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one request, and vouch for its person as the first or confirm it as the second."""
    POLICY.require_any(Action.SEE, request.actor)
    reset = get_object_or_404(queries.resets(request.now), pk=pk)
    form = VouchForm(posted(request))
    is_first = reset.phase(request.now) == ResetPhase.ASKED
    verb = workflow.propose_reset if is_first else workflow.confirm_reset
    if attempt(form, lambda: verb(reset, evidence=form.cleaned_data["evidence"], by=request.actor)):
        sentence = "It waits for a second person now." if is_first else "A link to begin again is on its way."
        messages.success(request, f"Confirmed: it is {reset.person.name}. {sentence}")
        return redirect("resets:list")
    context = {**pages.context_of(reset, request.actor, request.now), "form": form}
    return render(request, "resets/detail.html", context, status=status(form))


def _page_of(pk: UUID) -> LoginReset:
    return get_object_or_404(LoginReset, pk=pk)


@require_POST
@fresh_factor
@back_on_conflict(_page_of)
def refuse(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Refuse a request, so that nothing changes."""
    POLICY.require_any(Action.SEE, request.actor)
    reset = workflow.refuse_reset(_page_of(pk), by=request.actor)
    messages.success(request, f"{reset.number} is refused. Nothing has changed for {reset.person.name}.")
    return redirect("resets:list")
