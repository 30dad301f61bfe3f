"""Emergency suspensions: the list, suspending, and ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from members.accounts import workflow
from members.accounts.pages import confirmations
from members.accounts.policy import Action, allows, possible, require, require_any
from members.accounts.queries import logins
from members.accounts.queries.inviting import to_confirm
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.forms import ReasonForm
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, check_first


@require_safe
def suspensions(request: PortalRequest) -> HttpResponse:
    """List every suspension, newest first, for the admins and the Steering Council."""
    require_any(Action.END_SUSPENSION, request.actor)
    page = page_of(request, logins.suspensions())
    rows = [
        (suspension, suspension.ended_at is None and allows(Action.END_SUSPENSION, request.actor, suspension.person))
        for suspension in page
    ]
    may_suspend = Action.SUSPEND in possible(request.actor)
    return render(request, "accounts/suspensions.html", {"page": page, "rows": rows, "may_suspend": may_suspend})


def _record_of(slug: str) -> str:
    return reverse("people:record", args=[slug])


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(_record_of)
def suspend(request: PortalRequest, slug: str) -> HttpResponse:
    """Close somebody's access at once."""
    require_any(Action.SUSPEND, request.actor)
    person = get_object_or_404(Person, slug=slug)
    form = ReasonForm(posted(request))
    check_first(form, lambda: require(Action.SUSPEND, request.actor, person))
    if attempt(form, lambda: workflow.suspend(person, form.cleaned_data["reason"], by=request.actor)):
        messages.success(request, f"The access of {person.name} is closed, and the Steering Council is told.")
        return redirect("accounts:suspensions")
    back = _record_of(slug)
    return confirmation_page(request, confirmations.suspend(person), back=back, back_label=person.name, form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def end_suspension(request: PortalRequest, pk: int) -> HttpResponse:
    """End a suspension, with a reason."""
    require_any(Action.END_SUSPENSION, request.actor)
    suspension = get_object_or_404(logins.suspensions(), pk=pk)
    form = ReasonForm(posted(request))
    check_first(form, lambda: require(Action.END_SUSPENSION, request.actor, suspension.person))
    if attempt(form, lambda: workflow.end_suspension(suspension, form.cleaned_data["reason"], by=request.actor)):
        name, waits = suspension.person.name, to_confirm(request.now).filter(person=suspension.person).exists()
        then = "Now a second person confirms their address." if waits else "Their login stays closed."
        messages.success(request, f"The suspension of {name} has ended. {then}")
        return redirect("accounts:suspensions")
    back = reverse("accounts:suspensions")
    return confirmation_page(
        request, confirmations.end_suspension(suspension), back=back, back_label="Suspensions", form=form
    )
