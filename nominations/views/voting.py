"""The pages of a vote: opening, extending, stopping it, casting a ballot, and the board."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.requests import PortalRequest
from nominations import queries, sealing, workflow
from nominations.forms.voting import BallotForm, ExtendForm, OpenForm, StopForm
from nominations.models import Nomination
from nominations.pages import confirmations, detail, opening
from nominations.pages.recount import board_file
from nominations.policy import Action, allows, require
from nominations.views import receipts
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web.access import fresh_factor, fresh_factor_for_ballot, posted
from web.views import FORM_METHODS, attempt, check_first, status


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def open_vote(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let the members vote; the page before says who will be on the roll and what they are told."""
    nomination, now = find(request, pk), clock.now()
    require(Action.OPEN, request.actor, nomination, now)
    voters = queries.roll_for(nomination, now.date())
    form = OpenForm(posted(request), voters=voters)
    if form.is_valid():
        vote = workflow.open_vote(nomination, by=request.actor, despite=[UUID(pk) for pk in form.unable])
        messages.success(request, f"Vote {nomination.reference} is open; {vote.entitled} can vote.")
        return redirect(nomination)
    context = {**opening.context(request.actor, nomination, voters, now), "form": form}
    return render(request, "nominations/open.html", context, status=status(form))


@sensitive_post_parameters("choice")
@require_http_methods(FORM_METHODS)
@fresh_factor_for_ballot
@back_on_conflict
@sensitive_variables()
def vote(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Cast a ballot, or replace it; the answer leads to the receipt, which only the voter's browser carries there."""
    nomination, now = find(request, pk), clock.now()
    who = require(Action.VOTE, request.actor, nomination, now)
    form = BallotForm(posted(request))
    if form.is_valid():
        replaces = nomination.has_voted(who)
        receipt = workflow.cast(nomination.vote, form.cleaned_data["choice"], by=request.actor)
        return receipts.hand_over(receipt, nomination, who, replaces=replaces)
    form.explain(nomination.vote)
    context = {**detail.ballot(request.actor, nomination, now), "form": form}
    return render(request, "nominations/vote.html", context, status=status(form))


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def extend(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Move the close later, with a reason that everybody on the roll is told."""
    nomination = find(request, pk)
    if nomination.vote_or_none is None:
        require(Action.EXTEND, request.actor, nomination, clock.now())
    form = ExtendForm(posted(request))
    check_first(form, lambda: require(Action.EXTEND, request.actor, nomination, clock.now()))
    if attempt(form, lambda: workflow.extend(nomination, **form.cleaned_data, by=request.actor)):
        return done(request, nomination, "The vote stays open longer; everybody on the roll is told.")
    return confirm_first(request, nomination, confirmations.extend(nomination), form)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def cancel(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Stop an open vote, with a reason."""
    nomination = find(request, pk)
    form = StopForm(posted(request))
    check_first(form, lambda: require(Action.CANCEL, request.actor, nomination, clock.now()))
    if attempt(form, lambda: workflow.cancel(nomination, form.cleaned_data["reason"], by=request.actor)):
        return done(request, nomination, "The vote is cancelled; its ballots are destroyed unread.")
    return confirm_first(request, nomination, confirmations.cancel(nomination), form)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def annul(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask for a vote to be annulled, or answer the admin who has asked."""
    nomination, now = find(request, pk), clock.now()
    if nomination.stop_or_none is not None:
        require(Action.DROP_ANNULMENT, request.actor, nomination, now)
        return _answer(request, nomination)
    form = StopForm(posted(request))
    check_first(form, lambda: require(Action.ANNUL, request.actor, nomination, now))
    if attempt(form, lambda: workflow.ask_to_annul(nomination, form.cleaned_data["reason"], by=request.actor)):
        return done(request, nomination, "You have asked for this vote to be annulled; a second admin decides.")
    return confirm_first(request, nomination, confirmations.ask_to_annul(nomination), form)


def _answer(request: PortalRequest, nomination: Nomination) -> HttpResponse:
    """Annul or refuse as the second admin, or take one's own request back."""
    answer = request.POST.get("answer", "")
    if answer == "annul":
        workflow.confirm_annulment(nomination, by=request.actor)
        return done(request, nomination, "The vote is annulled; its ballots are destroyed.")
    if answer == "drop":
        workflow.drop_annulment(nomination, by=request.actor)
        return done(request, nomination, "The vote stands.")
    may_annul = allows(Action.SECOND_ANNULMENT, request.actor, nomination)
    return render(request, "nominations/annul.html", {"nomination": nomination, "may_annul": may_annul})


@require_safe
def board(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Send the board as a file: a line ``RECEIPT choice`` for each ballot, sorted, of which its hash is made."""
    nomination = find(request, pk)
    require(Action.SEE_BOARD, request.actor, nomination, clock.now())
    lines = sealing.board_lines((ballot.receipt, ballot.choice) for ballot in nomination.vote.ballots.all())
    return HttpResponse(
        "".join(lines),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{board_file(nomination)}"'},
    )
