"""The pages on nominations. What the reader may not know of answers like what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.http import PortalRequest, fresh_factor, posted
from members.models import Person
from members.pagination import page_of
from members.policy import Conflict
from nominations import pages, rules, sealing, workflow
from nominations.forms import BallotForm, DecisionForm, ProposeForm
from nominations.models import Category, DecisionKind, Nomination, Phase
from nominations.policy import Action, check, check_general

FORM_METHODS = ["GET", "HEAD", "POST"]
NominationView = Callable[[PortalRequest, UUID], HttpResponse]


def _find(request: PortalRequest, pk: UUID) -> Nomination:
    """One query, whether the nomination is hidden or missing."""
    visible = Nomination.objects.visible_to(request.actor).select_related("nominee", "nominator", "vote")
    return get_object_or_404(visible, pk=pk)


def _back_on_conflict(view: NominationView) -> NominationView:
    """Things have changed since the page was made: back to the nomination, with the sentence."""

    @wraps(view)
    def answered(request: PortalRequest, pk: UUID) -> HttpResponse:
        try:
            return view(request, pk)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("nominations:detail", pk=pk)

    return answered


def _status(form: Form) -> int:
    return 422 if form.is_bound else 200


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Every nomination that the reader may know of, by phase if they like."""
    check_general(Action.LIST, request.actor)
    now = clock.now()
    chosen = Phase(request.GET["phase"]) if request.GET.get("phase") in Phase.values else None
    found = Nomination.objects.visible_to(request.actor)
    found = found.in_phase(chosen, now) if chosen else found
    page = page_of(request, found.with_vote(request.actor).with_turnout().newest_first())
    return render(request, "nominations/list.html", pages.index(request.actor, page, chosen, now))


@require_http_methods(FORM_METHODS)
def propose(request: PortalRequest) -> HttpResponse:
    """Propose somebody for the team."""
    check_general(Action.PROPOSE, request.actor)
    form = ProposeForm(posted(request), actor=request.actor, now=clock.now())
    if form.is_valid():
        try:
            nomination = workflow.propose(
                form.nominee,
                statement=form.cleaned_data["statement"],
                category=Category(form.cleaned_data["category"]),
                by=request.actor,
            )
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, f"You have nominated {nomination.nominee.name}. An admin opens the vote.")
            return redirect(nomination)
    context = {"form": form, "rules": rules.in_force()}
    return render(request, "nominations/propose.html", context, status=_status(form))


@require_safe
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One nomination: where it stands, what was said, what was decided."""
    nomination = _find(request, pk)
    return render(request, "nominations/detail.html", pages.detail(request.actor, nomination, clock.now()))


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def open_vote(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let the members vote; the page before says who will be on the roll and what they are told."""
    nomination, now = _find(request, pk), clock.now()
    check(Action.OPEN, request.actor, nomination, now=now)
    if request.method == "POST":
        vote = workflow.open_vote(nomination, by=request.actor)
        messages.success(request, f"The vote on {nomination.nominee.name} is open; {vote.roll.count()} may vote.")
        return redirect(nomination)
    voters = Person.objects.members(now.date()).exclude(pk=nomination.nominee_id)
    context = {
        "nomination": nomination,
        "voters": voters,
        "rules": rules.in_force(),
        "closes_at": now + rules.in_force().period,
    }
    return render(request, "nominations/open.html", context)


@sensitive_post_parameters("choice")
@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
@sensitive_variables()
def vote(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Cast a ballot, or replace it. The receipt is on this answer and on no other page.

    The answer to a ballot is no redirect: a redirect would have to carry the receipt in a session.
    """
    nomination, now = _find(request, pk), clock.now()
    check(Action.VOTE, request.actor, nomination, now=now)
    form = BallotForm(posted(request), vote=nomination.vote)
    context = pages.ballot(request.actor, nomination, now)
    if form.is_valid():
        receipt = workflow.cast(nomination.vote, form.cleaned_data["choice"], by=request.actor)
        return render(request, "nominations/receipt.html", {**context, "receipt": sealing.grouped(receipt)})
    return render(request, "nominations/vote.html", {**context, "form": form}, status=_status(form))


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take a nomination back."""
    nomination, now = _find(request, pk), clock.now()
    check(Action.WITHDRAW, request.actor, nomination, now=now)
    if request.method == "POST":
        workflow.withdraw(nomination, by=request.actor)
        messages.success(request, f"You have withdrawn the nomination of {nomination.nominee.name}.")
        return redirect(nomination)
    return render(request, "nominations/withdraw.html", {"nomination": nomination})


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def decide(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Record what the Steering Council has decided."""
    nomination, now = _find(request, pk), clock.now()
    check(Action.DECIDE, request.actor, nomination, now=now)
    form = DecisionForm(posted(request), vote=nomination.vote, now=now)
    if form.is_valid():
        decision = workflow.record_decision(nomination, **form.cleaned_data, by=request.actor)
        messages.success(request, _after_decision(decision.kind, nomination))
        return redirect(nomination)
    context = {"form": form, "nomination": nomination}
    return render(request, "nominations/decide.html", context, status=_status(form))


def _after_decision(kind: str, nomination: Nomination) -> str:
    if kind == DecisionKind.VETO:
        return f"The veto is recorded. {nomination.nominee.name} does not join."
    return f"It is recorded that there is no veto. {nomination.nominee.name} is a member now."


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let the nominee join after the Steering Council's silence."""
    nomination, now = _find(request, pk), clock.now()
    check(Action.CONFIRM, request.actor, nomination, now=now)
    if request.method == "POST":
        workflow.confirm(nomination, by=request.actor)
        messages.success(request, f"{nomination.nominee.name} is a member now.")
        return redirect(nomination)
    return render(request, "nominations/confirm.html", {"nomination": nomination})
