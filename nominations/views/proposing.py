"""The list, one nomination, proposing somebody, taking it back, the rules, and how to count again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.requests import PortalRequest
from nominations import queries, rules, workflow
from nominations.forms.discussing import CommentForm
from nominations.forms.proposing import AskAgainForm, ProposeForm
from nominations.models import Comment, Nomination
from nominations.pages import confirmations, listing
from nominations.pages.detail import detail as detail_context
from nominations.pages.discussion import quoted
from nominations.pages.recount import guide
from nominations.pages.rules import context as rules_context
from nominations.policy import COMMENTS, GENERAL, Action, CommentAction, GeneralAction, require
from nominations.views.common import back_on_conflict, confirm_first, done, find
from web.access import fresh_factor, posted
from web.pagination import page_of, page_with
from web.validity import row_id
from web.views import FORM_METHODS, attempt, status

#: Of what is searched for; no name is longer.
SEARCH_LENGTH = 100


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List the nominations that the reader may know of: those that run, or what a chip or a search asks for."""
    GENERAL.require(GeneralAction.LIST, request.actor)
    show, typed = request.GET.get("show", ""), request.GET.get("q", "")[:SEARCH_LENGTH]
    asked = listing.Listing.asked(request.actor, clock.now(), show=show, typed=typed)
    running = asked.running()
    page = page_of(request, asked.rows(running))
    return render(request, "nominations/list.html", listing.index(asked, running, page))


@require_http_methods(FORM_METHODS)
def propose(request: PortalRequest) -> HttpResponse:
    """Propose somebody for the team; asked for a preview, show the statement as members will read it."""
    who = GENERAL.require_any(GeneralAction.PROPOSE, request.actor)
    now, wants_preview = clock.now(), "preview" in request.POST
    typed = request.POST.dict() if wants_preview else None
    form = ProposeForm(None if wants_preview else posted(request), actor=request.actor, now=now, initial=typed)
    nomination = attempt(form, lambda: workflow.propose(form.nominee, **form.arguments, by=request.actor))
    if nomination is None and form.is_bound and (made := form.sent_before(who)):
        return redirect(made)  # the first of two clicks has made it, and said so
    if nomination:
        _declare(form, nomination, request)
        messages.success(request, f"You have nominated {nomination.nominee.name}, who is asked by mail.")
        return redirect(nomination)
    preview = typed.get("statement", "") if typed else None
    waiting = queries.people_who_wait(request.actor, now)
    days = settings.RENOMINATION_WAIT_DAYS
    context = {"form": form, "rules": rules.in_force(), "preview": preview, "waiting": waiting, "wait_days": days}
    return render(request, "nominations/propose.html", context, status=status(form))


def _declare(form: ProposeForm, nomination: Nomination, request: PortalRequest) -> None:
    interest = form.interest
    if interest is not None:
        workflow.declare_interest(nomination, *interest, by=request.actor)


@require_safe
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one nomination: where it stands, what was said, what was decided."""
    nomination, now = find(request, pk), clock.now()
    comments = nomination.comments.select_related("author").in_threads()
    answered = _answered(request, nomination, now)
    wanted = row_id(request.GET.get("comment", "")) or (answered and answered.pk)
    page = page_with(request, comments, wanted) if wanted else page_of(request, comments)
    context = detail_context(request.actor, nomination, now, page, answered)
    begun = (
        {"reply_to": answered.pk, "text": quoted(answered.text) if "quote" in request.GET else ""} if answered else {}
    )
    return render(request, "nominations/detail.html", {**context, "comment_form": CommentForm(initial=begun)})


def _answered(request: PortalRequest, nomination: Nomination, now: datetime) -> Comment | None:
    """Return the comment of this nomination that the reader wants to reply to, and may."""
    number = row_id(request.GET.get("reply", ""))
    comment = nomination.comments.filter(pk=number).first() if number else None
    if comment is None:
        return None
    comment.nomination = nomination
    return comment if COMMENTS.allows(CommentAction.REPLY, request.actor, comment, now) else None


@require_http_methods(FORM_METHODS)
@back_on_conflict
def ask_again(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Write to the nominee once more, perhaps at another address."""
    nomination = find(request, pk)
    require(Action.ASK_AGAIN, request.actor, nomination, clock.now())
    form = AskAgainForm(posted(request))
    if form.is_valid():
        workflow.ask_again(nomination, email=form.cleaned_data["email"], by=request.actor)
        return done(request, nomination, f"{nomination.nominee.name} gets a new link by mail; the old one is void.")
    return confirm_first(request, nomination, confirmations.ask_again(nomination), form)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict
def withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take a nomination back."""
    nomination = find(request, pk)
    require(Action.WITHDRAW, request.actor, nomination, clock.now())
    if request.method == "POST":
        workflow.withdraw(nomination, by=request.actor)
        return done(request, nomination, f"You have withdrawn the nomination of {nomination.nominee.name}.")
    return confirm_first(request, nomination, confirmations.withdraw(nomination))


@require_safe
def rules_page(request: PortalRequest) -> HttpResponse:
    """List every rule with its value, default and source."""
    GENERAL.require(GeneralAction.SEE_RULES, request.actor)
    return render(request, "nominations/rules.html", rules_context())


@require_safe
def recount(request: PortalRequest) -> HttpResponse:
    """Show how to count a vote again, as docs/recount.md has it."""
    GENERAL.require(GeneralAction.SEE_RULES, request.actor)
    return render(request, "nominations/recount.html", {"guide": guide()})
