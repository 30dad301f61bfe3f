"""What members say about a nomination."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from audit import clock
from members.people.requests import PortalRequest
from nominations import acts, workflow
from nominations.forms.proposing import CommentForm, EndorseForm, InterestForm
from nominations.models import Comment
from nominations.policy import Action, check
from nominations.views.common import act_page, back_on_conflict, done, find
from web.access import posted
from web.views import FORM_METHODS


@require_http_methods(FORM_METHODS)
@back_on_conflict
def comment(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add to the discussion."""
    nomination = find(request, pk)
    check(Action.COMMENT, request.actor, nomination, now=clock.now())
    form = CommentForm(posted(request))
    if form.is_valid():
        workflow.comment(nomination, form.cleaned_data["text"], by=request.actor)
        return done(request, nomination, "Your comment is there.")
    return act_page(request, nomination, acts.comment(nomination), form)


@require_POST
@back_on_conflict
def take_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take one's own comment back; which one is posted with the form."""
    nomination = find(request, pk)
    check(Action.COMMENT, request.actor, nomination, now=clock.now())
    number = request.POST.get("comment", "")
    written = get_object_or_404(Comment, nomination=nomination, pk=number if number.isdecimal() else 0)
    workflow.take_back(written, by=request.actor)
    return done(request, nomination, "You have taken your comment back.")


@require_http_methods(FORM_METHODS)
@back_on_conflict
def endorse(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Stand behind the nomination, or change why."""
    nomination = find(request, pk)
    check(Action.ENDORSE, request.actor, nomination, now=clock.now())
    form = EndorseForm(posted(request), initial=acts.endorsed(nomination, request.actor))
    if form.is_valid():
        workflow.endorse(nomination, form.cleaned_data["text"], by=request.actor)
        return done(request, nomination, f"You endorse the nomination of {nomination.nominee.name}.")
    return act_page(request, nomination, acts.endorse(nomination), form)


@require_POST
@back_on_conflict
def unendorse(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take one's endorsement back."""
    nomination = find(request, pk)
    check(Action.ENDORSE, request.actor, nomination, now=clock.now())
    workflow.unendorse(nomination, by=request.actor)
    return done(request, nomination, "Your endorsement is gone.")


@require_http_methods(FORM_METHODS)
@back_on_conflict
def declare(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say what ties one to the nominee."""
    nomination = find(request, pk)
    check(Action.DECLARE, request.actor, nomination, now=clock.now())
    form = InterestForm(posted(request), initial=acts.declared(nomination, request.actor))
    if form.is_valid():
        workflow.declare_interest(nomination, *form.interest, by=request.actor)
        return done(request, nomination, "Your interest stands beside the nomination now.")
    return act_page(request, nomination, acts.declare(nomination), form)
