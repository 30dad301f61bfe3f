"""The page on which admins bring the team in, and its small acts: sending again, reminding, adding a council member."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation, User
from members.accounts.policy import Action, require
from members.bring_in import workflow
from members.bring_in.forms.lists import ListForm
from members.bring_in.pages import overview as pages
from members.bring_in.pages.roster import to_send_again
from members.bring_in.queries import lists
from members.bring_in.queries.roster import sign_ins
from members.people import workflow as people_workflow
from members.people.forms.records import PersonForm
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.views import FORM_METHODS, attempt, back_on_conflict, status

_OVERVIEW = "bring_in:overview"


@require_http_methods(FORM_METHODS)
def overview(request: PortalRequest) -> HttpResponse:
    """Show the roster with who can sign in, and preview a list that was posted; nothing is saved here."""
    require(Action.INVITE, request.actor)
    form = ListForm(posted(request), request.FILES or None, initial={"text": request.session.get(pages.REST, "")})
    checked = []
    if form.is_valid():
        if match := request.POST.get("match", ""):
            form.match(match)
        checked = lists.check(
            form.lines, request.now, request.actor, matched=form.matches, evidence=form.cleaned_data["evidence"]
        )
    context = pages.overview(request, form, checked)
    return render(request, "bring_in/overview.html", context, status=200 if checked else status(form))


def _back(*_args: object, **_kwargs: object) -> str:
    return reverse(_OVERVIEW)


@require_POST
@fresh_factor
@back_on_conflict(_back)
def send_again(request: PortalRequest, pk: str) -> HttpResponse:
    """Send the link of one invitation again."""
    require(Action.INVITE, request.actor)
    invitation = accounts_workflow.send_again(get_object_or_404(Invitation, pk=pk), by=request.actor)
    messages.success(request, f"The invitation of {invitation.person.name} is on its way again.")
    return redirect(_OVERVIEW)


@require_POST
@fresh_factor
@back_on_conflict(_back)
def send_all_again(request: PortalRequest) -> HttpResponse:
    """Send the links of all open invitations again."""
    require(Action.INVITE, request.actor)
    invitations = to_send_again(sign_ins(request.now), request.actor, request.now)
    sent = workflow.send_all_again(invitations, by=request.actor)
    messages.success(request, f"{len(sent)} invitation{'s are' if len(sent) > 1 else ' is'} on the way again.")
    return redirect(_OVERVIEW)


@require_POST
@back_on_conflict(_back)
def remind(request: PortalRequest, slug: str) -> HttpResponse:
    """Remind somebody that their login has no second factor yet."""
    require(Action.INVITE, request.actor)
    user = accounts_workflow.remind_of_factor(get_object_or_404(User, person__slug=slug), by=request.actor)
    messages.success(request, f"{user.person.name} is reminded by mail to add a second factor.")
    return redirect(_OVERVIEW)


@require_http_methods(FORM_METHODS)
def council(request: PortalRequest) -> HttpResponse:
    """Add a council member from outside the team, and show the operator's command that records the seat."""
    require(Action.INVITE, request.actor)
    form = PersonForm(posted(request), today=request.now.date())
    added = attempt(form, lambda: people_workflow.add_person(**form.cleaned_data, by=request.actor), "github")
    if added is not None:
        messages.success(request, f"{added.name} is on record. The seat comes next.")
        return redirect(f"{reverse('bring_in:council')}?{urlencode({'person': added.slug})}")
    person = Person.objects.filter(slug=request.GET.get("person", "")).first()
    context = {"form": form, "person": person, "seats": pages.seats(request.now)}
    return render(request, "bring_in/council.html", context, status=status(form))
