"""Admins invite; invited people choose a password and begin."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members import workflow
from members.forms import AcceptForm, InviteForm
from members.http import PortalRequest, fresh_factor, posted, public_form
from members.models import Invitation, User
from members.pagination import page_of
from members.policy import Action, Conflict, allowed, require

AUTH_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def invitations(request: PortalRequest) -> HttpResponse:
    """Every invitation, newest first."""
    require(Action.SEE_INVITATIONS, allowed(request.actor))
    page = page_of(request, Invitation.objects.select_related("person", "invited_by"))
    rows = [(invitation, Action.REVOKE in allowed(request.actor, invitation)) for invitation in page]
    return render(request, "members/invitations.html", {"page": page, "rows": rows, "now": clock.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor
def invite(request: PortalRequest) -> HttpResponse:
    """Offer somebody a login."""
    require(Action.INVITE, allowed(request.actor))
    form = InviteForm(posted(request), initial={"person": request.GET.get("person")})
    if form.is_valid():
        try:
            who = form.cleaned_data["person"] or workflow.add_person(form.cleaned_data["name"], by=request.actor)
            workflow.invite(who, email=form.cleaned_data["email"], by=request.actor)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, f"The invitation of {who.name} is on its way.")
            return redirect("members:invitations")
    return render(request, "members/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@fresh_factor
def revoke(request: PortalRequest, pk: str) -> HttpResponse:
    """Make an invitation's link useless."""
    require(Action.SEE_INVITATIONS, allowed(request.actor))
    invitation = workflow.revoke(get_object_or_404(Invitation, pk=pk), by=request.actor)
    messages.success(request, f"The invitation of {invitation.person.name} is revoked; its link no longer works.")
    return redirect("members:invitations")


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person's first page: choose a password, then add a second factor."""
    invitation = workflow.find_invitation(token)
    if invitation is None:
        return render(request, "members/accept_closed.html", status=404)
    form = AcceptForm(posted(request), user=User(email=invitation.email, person=invitation.person))
    if form.is_valid():
        user = workflow.accept_invitation(invitation, password=form.cleaned_data["password1"])
        login(request, user, backend=AUTH_BACKEND)
        reauthenticate_by_password(request)  # typed just now: adding a factor need not ask for it again
        return redirect("mfa_index")
    context = {"form": form, "invitation": invitation}
    return render(request, "members/accept.html", context, status=422 if form.is_bound else 200)
