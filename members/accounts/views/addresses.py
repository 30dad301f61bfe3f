"""Addresses: an admin hands them in, a second person confirms or refuses, and the old mailbox stops a change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from members.accounts import links, workflow
from members.accounts.forms.address_list import AddressListForm, TickedForm
from members.accounts.models import Invitation
from members.accounts.pages import addresses
from members.accounts.policy import CONFIRMATION_WAIT, Action, possible, require, require_any
from members.accounts.queries import address_list, inviting
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted, public_form, takes_many
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@fresh_factor
def hand_in(request: PortalRequest) -> HttpResponse:
    """Take a list of addresses: first a preview with a fault for each line, then the act."""
    require(Action.INVITE, request.actor)
    form = AddressListForm(posted(request))
    lines = address_list.check(form.lines, request.now) if form.is_valid() else []
    faults = sum(bool(each.fault) for each in lines)
    wants_it = request.POST.get("step") == "hand_in"
    if faults:
        form.add_error("text", f"{faults} of {len(lines)} lines have a fault; the table says which.")
    elif wants_it and (invitations := attempt(form, lambda: _hand_in(lines, request))):
        messages.success(request, _sentence(invitations, request))
        return redirect("accounts:confirm")
    code = 200 if form.is_bound and form.is_valid() else status(form)
    return render(request, "accounts/hand_in.html", {"form": form, "lines": lines, "faults": faults}, status=code)


def _hand_in(lines: list[address_list.CheckedLine], request: PortalRequest) -> list[Invitation]:
    named = [workflow.NamedAddress(each.person, each.line.email, each.line.evidence) for each in lines if each.person]
    return workflow.hand_in(named, by=request.actor)


def _sentence(invitations: list[Invitation], request: PortalRequest) -> str:
    """Return how many of the addresses wait, and how many mails are on their way."""
    sent = sum(invitation.is_open(request.now) for invitation in invitations)
    waiting = len(invitations) - sent
    return f"Handed in: {waiting} wait for a second person, {sent} invitations are on their way."


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
        messages.success(request, f"{len(answered)} {'refused' if refuses else 'confirmed'}.")
        return redirect("accounts:confirm")
    ticked = form.cleaned_data.get("address", []) if form.is_bound else None
    context = {
        "form": form,
        "page": page,
        "rows": addresses.address_rows(page, request.actor, request.now, ticked=ticked),
        "decided": addresses.decided_rows(request.actor, request.now),
        "may_invite": Action.INVITE in possible(request.actor),
        "days": CONFIRMATION_WAIT.days,
    }
    return render(request, "accounts/confirm.html", context, status=status(form))


@public_form
@require_http_methods(FORM_METHODS)
def stop_address(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a change of address by the link that went to the old one."""
    address = links.find_change(token)
    if address is None:
        return render(request, "accounts/stop_closed.html", status=404)
    if request.method == "POST":
        workflow.stop_address_change(address)
    context = {"is_stopped": request.method == "POST"}
    return render(request, "accounts/stop_address.html", context)
