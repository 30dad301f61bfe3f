"""Addresses that wait: a second person confirms or refuses them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from members.accounts import workflow
from members.accounts.policy import Action, possible, require_any
from members.accounts.queries import inviting
from members.bring_in.forms.ticked import TickedForm
from members.bring_in.pages import addresses
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted, takes_many
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@fresh_factor
@takes_many("address")
def confirm(request: PortalRequest) -> HttpResponse:
    """Show every address that waits for a second person, and confirm or refuse those that are ticked."""
    require_any(Action.SEE_UNCONFIRMED, request.actor)
    page = page_of(request, inviting.to_confirm(request.now))
    form = TickedForm(posted(request), waiting=[invitation.pk for invitation in page])
    refuses = request.POST.get("answer") == "refuse"
    verb = workflow.refuse_addresses if refuses else workflow.confirm_addresses
    if answered := attempt(form, lambda: verb(form.cleaned_data["address"], by=request.actor)):
        messages.success(request, addresses.answered(answered, refuses=refuses))
        return redirect("bring_in:confirm")
    ticked = form.cleaned_data.get("address", []) if form.is_bound else None
    rows = addresses.address_rows(page, request.actor, request.now, ticked=ticked)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        **addresses.summary(rows, request.now),
        "decided": addresses.decided_rows(request.actor, request.now),
        "may_invite": Action.INVITE in possible(request.actor),
    }
    return render(request, "bring_in/confirm.html", context, status=status(form))
