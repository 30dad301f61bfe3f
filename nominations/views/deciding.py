"""The pages after the count: acknowledging it, the note on the turnout, the council's decision, the confirmation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit import clock
from members.people.requests import PortalRequest
from nominations import queries, workflow
from nominations.forms.resolving import VetoAnswerForm
from nominations.forms.voting import DecisionForm, NoteForm
from nominations.models import DecisionKind, Nomination
from nominations.pages import confirmations
from nominations.policy import Action, allows, require
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web.access import fresh_factor, posted
from web.views import FORM_METHODS, attempt, check_first, status


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def acknowledge(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Acknowledge the count, for which the open ballots are counted again."""
    nomination = find(request, pk)
    require(Action.ACKNOWLEDGE, request.actor, nomination, clock.now())
    if request.method == "POST":
        workflow.acknowledge_count(nomination, by=request.actor)
        return done(request, nomination, "The ballots were counted again, with the same result. You acknowledged it.")
    return confirm_first(request, nomination, confirmations.acknowledge(nomination))


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def note_turnout(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add a note on a low turnout."""
    nomination = find(request, pk)
    if nomination.vote_or_none is None:
        require(Action.NOTE_TURNOUT, request.actor, nomination, clock.now())
    form = NoteForm(posted(request))
    check_first(form, lambda: require(Action.NOTE_TURNOUT, request.actor, nomination, clock.now()))
    if attempt(form, lambda: workflow.note_turnout(nomination, form.cleaned_data["note"], by=request.actor)):
        return done(request, nomination, "Your note is shown with the result.")
    return confirm_first(request, nomination, confirmations.note_turnout(nomination), form)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def decide(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Record what the Steering Council has decided, or as an admin a veto that came by mail."""
    nomination, now = find(request, pk), clock.now()
    passes_on = not request.actor.is_steering
    action = Action.RELAY_VETO if passes_on else Action.DECIDE
    if nomination.vote_or_none is None:
        require(action, request.actor, nomination, now)
    form = DecisionForm(posted(request), vote=nomination.vote, now=now, passes_on=passes_on)
    check_first(form, lambda: require(action, request.actor, nomination, now))
    if decision := attempt(form, lambda: workflow.record_decision(nomination, **form.arguments, by=request.actor)):
        return done(request, nomination, _after_decision(decision.kind, nomination))
    # The guide has the council written to with the candidate's address.
    sees_address = allows(Action.SEE_ADDRESS, request.actor, nomination, now)
    address = queries.address_of_nominee(nomination) if sees_address else ""
    context = {"form": form, "nomination": nomination, "passes_on": passes_on, "address": address}
    return render(request, "nominations/decide.html", context, status=status(form))


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def answer_veto(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Confirm a recorded veto as the second seat, or let it fall."""
    nomination, now = find(request, pk), clock.now()
    require(Action.REFUSE_VETO, request.actor, nomination, now)
    name = nomination.nominee.name
    may_confirm = allows(Action.CONFIRM_VETO, request.actor, nomination, now)
    form = VetoAnswerForm(
        posted(request),
        effect=f"{name} does not join.",
        may_confirm=may_confirm,
        decision=nomination.vote.decision,
    )
    if not form.is_valid():
        context = {"form": form, "nomination": nomination, "may_confirm": may_confirm}
        return render(request, "nominations/veto.html", context, status=status(form))
    if form.cleaned_data["answer"] == "confirm":
        workflow.confirm_veto(nomination, by=request.actor, tally=form.tally)
        return done(request, nomination, f"The veto is confirmed. {name} does not join.")
    workflow.refuse_veto(nomination, form.cleaned_data["objection"], by=request.actor)
    return done(request, nomination, "The veto has fallen. Everything goes on as if it had not been recorded.")


def _after_decision(kind: str, nomination: Nomination) -> str:
    if kind == DecisionKind.VETO:
        return "The veto is recorded. Nobody joins; a second member of the council confirms it or objects."
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
