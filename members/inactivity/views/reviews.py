"""The inactivity review: admins announce, make and send it; the Steering Council decides, name by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.inactivity import workflow
from members.inactivity.forms import SpokenAnswerForm, VerdictForm
from members.inactivity.models import InactivityReview, ReviewEntry, ReviewGroup, ReviewVerdict
from members.inactivity.pages.review import announce_act, answer_act, csv_of, generate_act, review_page, send_act
from members.inactivity.placing import ReviewPeriod, concerned, is_due, next_due_on, since_of_next
from members.inactivity.policy import Action, possible, require, require_any
from web.access import PortalRequest, fresh_factor, posted
from web.confirmation import ActPage
from web.conflicts import Conflict
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, confirmation_page, status

_SAID = {
    ReviewVerdict.KEEP: "It is recorded that {} stays.",
    ReviewVerdict.REMOVE: "It is recorded. {} is not a member any more, and offboarding has begun.",
    ReviewVerdict.LATER: "It is recorded that the council decides on {} later.",
}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The review that is announced, and those that were made."""
    require(Action.SEE_REVIEWS, request.actor)
    now = clock.now()
    running = InactivityReview.objects.announced().with_counts().first()
    context = {
        "running": running,
        "running_day": running.day(now) if running else 0,
        "page": page_of(request, InactivityReview.objects.generated().with_counts()),
        "may_run": Action.RUN_REVIEWS in possible(request.actor),
        "due_on": next_due_on(),
        "is_due": is_due(now.date()),
        "notice_days": settings.YEARLY_NOTICE_DAYS,
    }
    return render(request, "inactivity/list.html", context)


@require_safe
def review(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Who was told, until the lists are made; then the lists, with the decision beside each name."""
    require(Action.SEE_REVIEWS, request.actor)
    people = InactivityReview.objects.select_related("announced_by", "generated_by", "sent_by")
    found, now = get_object_or_404(people, pk=pk), clock.now()
    context = {"page": review_page(found, request.actor, now), "review": found, "day": found.day(now)}
    return render(request, "inactivity/detail.html", context)


@require_safe
@fresh_factor
def review_csv(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The lists as a file."""
    require(Action.SEE_REVIEWS, request.actor)
    found = get_object_or_404(InactivityReview, pk=pk)
    if found.generated_at is None:
        raise Conflict("This review is not generated yet.")
    text = csv_of(review_page(found, request.actor, clock.now()))
    name = f"inactivity-review-{found.generated_at:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8; header=present", headers=headers)


@require_http_methods(FORM_METHODS)
@fresh_factor
def announce(request: PortalRequest) -> HttpResponse:
    """Give notice, after a page that names who gets it."""
    require(Action.RUN_REVIEWS, request.actor)
    if request.method == "POST":
        announced = workflow.announce(by=request.actor)
        messages.success(request, "The review is announced; the notices are on their way.")
        return redirect(announced)
    now = clock.now()
    since = since_of_next(now)
    found = concerned(ReviewPeriod(since, now))
    due_at = now + timedelta(days=settings.YEARLY_NOTICE_DAYS)
    context = {
        "act": announce_act(found, since, due_at, settings.YEARLY_NOTICE_DAYS),
        "placings": found,
        "is_early": not is_due(now.date()),
        "since": since,
        "is_running": InactivityReview.objects.announced().exists(),
    }
    return render(request, "inactivity/announce.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def generate(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Make the lists."""
    return _act(request, pk, generate_act(), workflow.generate, "The lists are made.")


@require_http_methods(FORM_METHODS)
@fresh_factor
def send(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Tell the Steering Council."""
    inactive = ReviewEntry.objects.filter(review=pk, group=ReviewGroup.INACTIVE).count()
    said = "The review is on its way to the Steering Council."
    return _act(request, pk, send_act(inactive), workflow.send, said)


def _act(
    request: PortalRequest, pk: UUID, act: ActPage, verb: Callable[..., InactivityReview], said: str
) -> HttpResponse:
    """The page of one act on a review; what is not possible any more leads back to it, with the sentence."""
    require(Action.RUN_REVIEWS, request.actor)
    found = get_object_or_404(InactivityReview, pk=pk)
    if request.method != "POST":
        return confirmation_page(request, act, back=found.get_absolute_url(), back_label="The review")
    try:
        verb(found, by=request.actor)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, said)
    return redirect(found)


def find_review_of(pk: int, **_more: object) -> InactivityReview:
    """The review in which a name stands."""
    return get_object_or_404(InactivityReview, entries=pk)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_review_of)
def answer_for(request: PortalRequest, pk: int) -> HttpResponse:
    """Write down what somebody without an address has answered to the notice."""
    require_any(Action.ANSWER_FOR, request.actor)
    entry = get_object_or_404(ReviewEntry.objects.select_related("review", "person"), pk=pk)
    require(Action.ANSWER_FOR, request.actor, entry.person)
    if sentence := workflow.not_answered_for(entry, clock.now()):
        raise Conflict(sentence)
    form = SpokenAnswerForm(posted(request))
    if attempt(form, lambda: workflow.answer_for(entry, form.cleaned_data["text"], by=request.actor)):
        messages.success(request, f"The answer of {entry.person.name} is written down.")
        return redirect(entry.review)
    return confirmation_page(
        request, answer_act(entry), back=entry.review.get_absolute_url(), back_label="The review", form=form
    )


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_review_of)
def decide(request: PortalRequest, pk: int) -> HttpResponse:
    """Record what the Steering Council decided on one name."""
    require_any(Action.DECIDE, request.actor)
    now = clock.now()
    entry = get_object_or_404(ReviewEntry.objects.select_related("review", "person"), pk=pk)
    require(Action.DECIDE, request.actor, entry.person)
    if sentence := workflow.undecidable(entry, now.date()):
        raise Conflict(sentence)
    form = VerdictForm(posted(request), entry=entry, today=now.date())
    is_asked = (
        form.is_valid() and form.cleaned_data["verdict"] == ReviewVerdict.REMOVE and "confirmed" not in request.POST
    )
    if is_asked and "again" not in request.POST:
        return render(request, "inactivity/confirm.html", {"form": form, "entry": entry, "review": entry.review})
    if form.is_valid() and not is_asked:
        try:
            decision = workflow.record_verdict(entry, **form.said(), by=request.actor)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _SAID[ReviewVerdict(decision.verdict)].format(entry.person.name))
            return redirect(entry.review)
    context = {"form": form, "entry": entry, "review": entry.review}
    return render(request, "inactivity/decide.html", context, status=status(form))
