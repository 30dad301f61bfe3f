"""The key that an officer keeps: an admin asks, and the officer's own pages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.accounts.queries.inviting import waits_for_second_person
from members.people.requests import PortalRequest
from nominations import queries, workflow
from nominations.forms.keeping import AskOfficerForm, KeyFileForm, OfficeForm
from nominations.models import KeyOffice
from nominations.pages import confirmations
from nominations.pages.office import office as office_context
from nominations.policy import OFFICES, Action, OfficeAction, require
from nominations.sealing import SealingError
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web import views
from web.access import fresh_factor, fresh_factor_for_ballot, posted
from web.views import FORM_METHODS, attempt, status


def _page_of(pk: UUID) -> str:
    return reverse("nominations:office", args=[pk])


_back_to_office = views.back_on_conflict(_page_of)


def _find_office(request: PortalRequest, pk: UUID) -> KeyOffice:
    """Return the reader's own office; raises `Http404` for somebody else's as for a missing one."""
    office = queries.office_of(pk).first()
    if office is None or not OFFICES.allows(OfficeAction.SEE, request.actor, office):
        raise Http404
    return office


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def ask(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask somebody to keep the key of the vote."""
    nomination, now = find(request, pk), clock.now()
    who = require(Action.ASK_OFFICER, request.actor, nomination, now)
    form = AskOfficerForm(posted(request), officers=queries.officers_for(nomination, who, now))
    asked = attempt(
        form, lambda: workflow.ask_officer(nomination, form.cleaned_data["person"], by=request.actor), "person"
    )
    if asked:
        waits = waits_for_second_person(asked.person, now)
        when = ", once a second person has confirmed the address of their login" if waits else ""
        return done(request, nomination, f"{asked.person.name} is asked by mail to keep the key{when}.")
    return confirm_first(request, nomination, confirmations.ask_officer(nomination), form)


@require_POST
@back_on_conflict
def dismiss(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take the request back."""
    nomination = find(request, pk)
    require(Action.DISMISS_OFFICER, request.actor, nomination, clock.now())
    workflow.dismiss_officer(nomination, by=request.actor)
    return done(request, nomination, "The request is taken back; nobody else keeps the key.")


def _shown(
    request: PortalRequest, office: KeyOffice, form: OfficeForm | None = None, key_form: KeyFileForm | None = None
) -> HttpResponse:
    context = office_context(request.actor, office, clock.now())
    context |= {"form": form or OfficeForm(), "key_form": key_form or KeyFileForm()}
    return render(request, "nominations/office.html", context, status=status(form or key_form))


@require_safe
def page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the officer what to do and when."""
    return _shown(request, _find_office(request, pk))


@require_POST
@fresh_factor
@_back_to_office
def accept(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Accept the office and enter the public key."""
    office = _find_office(request, pk)
    OFFICES.require(OfficeAction.ACCEPT, request.actor, office)
    form = OfficeForm(request.POST)
    if not form.is_valid():
        return _shown(request, office, form=form)
    workflow.accept_office(office, form.cleaned_data["public_key"], by=request.actor)
    messages.success(request, "Your public key is saved. An admin can open the vote now; you get a mail then.")
    return redirect("nominations:office", pk)


@require_POST
@_back_to_office
def give_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Decline the office, or give it back."""
    workflow.give_office_back(_find_office(request, pk), by=request.actor)
    messages.success(request, "You do not keep this key. The admins are told.")
    return redirect("dashboard")


@require_POST
@fresh_factor_for_ballot
@_back_to_office
@sensitive_variables()
def count(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Count the vote with the key file, which is read in memory and not kept, not even while the factor is asked."""
    office = _find_office(request, pk)
    OFFICES.require(OfficeAction.COUNT, request.actor, office)
    form = KeyFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            vote = workflow.close_vote(office.nomination.vote, private_key=form.cleaned_data["key_file"])
        except SealingError:
            form.add_error("key_file", "This key does not open the ballots of this vote. Nothing has changed.")
        else:
            messages.success(request, f"Counted: {vote.reason}. Destroy every copy of the key now.")
            return redirect("nominations:office", pk)
    return _shown(request, office, key_form=form)


@require_POST
@_back_to_office
def destroyed(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Confirm that no copy of the key is left."""
    workflow.confirm_key_destroyed(_find_office(request, pk), by=request.actor)
    messages.success(request, "Thank you. The office is done.")
    return redirect("nominations:office", pk)
