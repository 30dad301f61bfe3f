"""Invitations: the list, inviting, revoking, and accepting by the private link."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.accounts import links
from members.accounts import workflow as accounts_workflow
from members.accounts.adapters import note_password
from members.accounts.enums import InvitationPhase
from members.accounts.forms.inviting import AcceptForm, InviteForm
from members.accounts.models import Invitation, User
from members.accounts.pages.invitations import invitation_rows
from members.accounts.policy import Action, require
from members.people import workflow as people_workflow
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted, public_form
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, next_or, status


@require_safe
def invitations(request: PortalRequest) -> HttpResponse:
    """List every invitation, newest first."""
    require(Action.SEE_INVITATIONS, request.actor)
    every = Invitation.objects.with_standing(request.now).select_related("person__user", "invited_by")
    page = page_of(request, every)
    rows = invitation_rows(page, request.actor, request.now)
    return render(request, "accounts/invitations.html", {"page": page, "rows": rows})


@require_http_methods(FORM_METHODS)
@fresh_factor
def invite(request: PortalRequest) -> HttpResponse:
    """Offer somebody a login."""
    require(Action.INVITE, request.actor)
    form = InviteForm(posted(request), initial={"person": request.GET.get("person")})
    invitation = attempt(form, lambda: _invite(form, request))
    if invitation:
        messages.success(request, _sentence(invitation, request.now))
        return next_or(request, "accounts:invitations")
    return render(request, "accounts/invite.html", {"form": form}, status=status(form))


def _invite(form: InviteForm, request: PortalRequest) -> Invitation:
    """Invite the chosen person, or one who is added by name."""
    chosen, by = form.cleaned_data, request.actor
    person = chosen["person"] or people_workflow.add_person(chosen["name"], by=by)
    return accounts_workflow.invite(person, email=chosen["email"], evidence=chosen["evidence"], by=by)


def _sentence(invitation: Invitation, now: datetime) -> str:
    """Return what became of an invitation that was just made."""
    name = invitation.person.name
    if invitation.phase(now) == InvitationPhase.UNCONFIRMED:
        return f"Nothing is sent to {name} yet: a second admin or a council member confirms the address first."
    return f"The invitation of {name} is on its way."


@require_POST
@fresh_factor
def revoke(request: PortalRequest, pk: str) -> HttpResponse:
    """Make an invitation's link useless."""
    require(Action.SEE_INVITATIONS, request.actor)
    invitation = accounts_workflow.revoke(get_object_or_404(Invitation, pk=pk), by=request.actor)
    messages.success(request, f"The invitation of {invitation.person.name} is revoked; its link no longer works.")
    return redirect("accounts:invitations")


@public_form
@require_http_methods(FORM_METHODS)
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose a password; a second factor comes next."""
    invitation = links.find(token)
    if invitation is None:
        return render(request, "accounts/accept_closed.html", status=404)
    form = AcceptForm(posted(request), user=User(email=invitation.email, person=invitation.person))
    if form.is_valid():
        user = accounts_workflow.accept_invitation(invitation, password=form.cleaned_data["password1"])
        login(request, user)
        note_password(request, user)
        return redirect("mfa_index")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/accept.html", context, status=status(form))
