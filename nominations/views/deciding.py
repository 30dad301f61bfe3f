"""The pages after a passed vote: the note on the turnout, the council's decision, the confirmation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit import clock
from members.people.requests import PortalRequest
from nominations import workflow
from nominations.forms.voting import DecisionForm, NoteForm
from nominations.models import DecisionKind, Nomination
from nominations.pages import confirmations
from nominations.policy import Action, require
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web.access import fresh_factor, posted
from web.views import FORM_METHODS, status


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def note_turnout(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add a note on a low turnout."""
    nomination = find(request, pk)
    require(Action.NOTE_TURNOUT, request.actor, nomination, clock.now())
    form = NoteForm(posted(request))
    if form.is_valid():
        workflow.note_turnout(nomination, form.cleaned_data["note"], by=request.actor)
        return done(request, nomination, "Your note stands beside the result.")
    return confirm_first(request, nomination, confirmations.note_turnout(nomination), form)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def decide(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Record what the Steering Council has decided."""
    nomination, now = find(request, pk), clock.now()
    require(Action.DECIDE, request.actor, nomination, now)
    form = DecisionForm(posted(request), vote=nomination.vote, now=now)
    if form.is_valid():
        decision = workflow.record_decision(nomination, **form.arguments, by=request.actor)
        return done(request, nomination, _after_decision(decision.kind, nomination))
    context = {"form": form, "nomination": nomination}
    return render(request, "nominations/decide.html", context, status=status(form))


def _after_decision(kind: str, nomination: Nomination) -> str:
    if kind == DecisionKind.VETO:
        return f"The veto is recorded. {nomination.nominee.name} does not join."
    return f"It is recorded that there is no veto. {nomination.nominee.name} is on the way in."


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let the nominee join after the Steering Council's silence."""
    nomination = find(request, pk)
    require(Action.CONFIRM, request.actor, nomination, clock.now())
    if request.method == "POST":
        workflow.confirm(nomination, by=request.actor)
        return done(request, nomination, f"{nomination.nominee.name} is on the way in.")
    return confirm_first(request, nomination, confirmations.confirm(nomination))
