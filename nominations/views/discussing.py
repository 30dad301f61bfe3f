"""The pages on which members talk about a nomination."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from audit import clock
from members.people.policy import Actor
from members.people.requests import PortalRequest
from nominations import queries, workflow
from nominations.forms.discussing import CommentForm, EndorseForm, InterestForm
from nominations.models import Comment, Nomination
from nominations.pages import confirmations
from nominations.pages.discussion import comment_path
from nominations.policy import COMMENTS, Action, CommentAction, require
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web.access import posted
from web.validity import row_id
from web.views import FORM_METHODS, attempt, check_first


@require_http_methods(FORM_METHODS)
@back_on_conflict
def comment(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add to the discussion, or reply to the comment that the form names."""
    nomination = find(request, pk)
    form = CommentForm(posted(request))
    check_first(form, lambda: require(Action.COMMENT, request.actor, nomination, clock.now()))
    if written := attempt(form, lambda: _written(form, nomination, request.actor)):
        return redirect(comment_path(written))
    return confirm_first(request, nomination, confirmations.comment(nomination), form)


def _written(form: CommentForm, nomination: Nomination, by: Actor) -> Comment:
    number = form.cleaned_data["reply_to"]
    answered = get_object_or_404(Comment, nomination=nomination, pk=number) if number else None
    return workflow.comment(nomination, form.cleaned_data["text"], reply_to=answered, by=by)


@require_POST
@back_on_conflict
def take_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take one's own comment back; the form names it."""
    nomination = find(request, pk)
    # First what the nomination allows: a reader of a closed discussion is told so, whatever the form names.
    require(Action.COMMENT, request.actor, nomination, clock.now())
    number = request.POST.get("comment", "")
    written = get_object_or_404(Comment, nomination=nomination, pk=row_id(number))
    COMMENTS.require(CommentAction.TAKE_BACK, request.actor, written)
    workflow.take_back(written, by=request.actor)
    return done(request, nomination, "You have taken your comment back.")


@require_http_methods(FORM_METHODS)
@back_on_conflict
def endorse(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Stand behind the nomination, or change why."""
    nomination = find(request, pk)
    form = EndorseForm(posted(request), initial=queries.own_endorsement(nomination, request.actor))
    check_first(form, lambda: require(Action.ENDORSE, request.actor, nomination, clock.now()))
    if attempt(form, lambda: workflow.endorse(nomination, form.cleaned_data["text"], by=request.actor)):
        return done(request, nomination, f"You endorse the nomination of {nomination.nominee.name}.")
    return confirm_first(request, nomination, confirmations.endorse(nomination), form)


@require_POST
@back_on_conflict
def unendorse(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take one's endorsement back."""
    nomination = find(request, pk)
    require(Action.ENDORSE, request.actor, nomination, clock.now())
    workflow.unendorse(nomination, by=request.actor)
    return done(request, nomination, "Your endorsement is gone.")


@require_http_methods(FORM_METHODS)
@back_on_conflict
def declare(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Declare what ties one to the nominee."""
    nomination = find(request, pk)
    form = InterestForm(posted(request), initial=queries.own_interest(nomination, request.actor))
    check_first(form, lambda: require(Action.DECLARE, request.actor, nomination, clock.now()))
    if attempt(form, lambda: workflow.declare_interest(nomination, *form.interest, by=request.actor)):
        return done(request, nomination, "Your interest is shown with the nomination now.")
    return confirm_first(request, nomination, confirmations.declare(nomination), form)


@require_POST
@back_on_conflict
def undeclare(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take one's declared interest back."""
    nomination = find(request, pk)
    require(Action.TAKE_BACK_INTEREST, request.actor, nomination, clock.now())
    workflow.take_back_interest(nomination, by=request.actor)
    return done(request, nomination, "You have taken your declared interest back. That there was one stays readable.")
