"""Pages of the inactivity review: admins announce, make and send it; the Steering Council decides name by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.inactivity import queries, workflow
from members.inactivity.enums import LISTED, ReviewGroup, ReviewVerdict
from members.inactivity.forms import SpokenAnswerForm, VerdictForm
from members.inactivity.models import InactivityReview
from members.inactivity.pages.confirmations import announce_act, answer_act, generate_act, send_act
from members.inactivity.pages.review import csv_of, decision_page, review_lines, review_page
from members.inactivity.pages.statements import basis, what_counts
from members.inactivity.pages.work import credits_context
from members.inactivity.policy import ENTRIES, Action, EntryAction, possible, require
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import ConfirmationPage, confirmation_page
from web.conflicts import Conflict
from web.csv_cells import for_spreadsheets
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, status

_RECORDED = {
    ReviewVerdict.KEEP: "It is recorded that {} stays.",
    ReviewVerdict.LATER: "It is recorded that the council decides on {} later.",
}


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List the review that is announced, and those that were made."""
    require(Action.SEE_REVIEWS, request.actor)
    now = clock.now()
    running, last = queries.running(), queries.made_last()
    page = page_of(request, queries.listed())
    context = {
        "running": running,
        "running_day": running.day(now) if running else 0,
        "page": page,
        "lines": review_lines(page, now),
        "may_run": Action.RUN_REVIEWS in possible(request.actor),
        "due_on": last and last.next_due_on,
        "is_due": queries.is_due(last, now.date()),
        "first": _first_of(last, now.date()),
        "notice_days": settings.YEARLY_NOTICE_DAYS,
    }
    return render(request, "inactivity/list.html", context)


def _first_of(last: InactivityReview | None, day: date) -> date | None:
    """Return from when the portal offers a first review, while that day is to come."""
    return queries.first_to_come(queries.records_since(), day) if last is None else None


@require_safe
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the people who were told until the lists are made; then the lists, with the decision beside each name."""
    require(Action.SEE_REVIEWS, request.actor)
    review, now = get_object_or_404(queries.detailed(), pk=pk), clock.now()
    context = {"page": review_page(review, request.actor, now), "review": review, "day": review.day(now)}
    return render(request, "inactivity/detail.html", context)


@require_safe
@fresh_factor
def review_csv(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Download the lists as a file."""
    require(Action.SEE_REVIEWS, request.actor)
    review, now = get_object_or_404(queries.detailed(), pk=pk), clock.now()
    if review.generated_at is None:
        raise Conflict("This review is not generated yet.")
    text = csv_of(review_page(review, request.actor, now))
    name = f"inactivity-review-{review.generated_at:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = for_spreadsheets(text)
    return HttpResponse(content, content_type="text/csv; charset=utf-8; header=present", headers=headers)


@require_http_methods(FORM_METHODS)
@fresh_factor
def announce(request: PortalRequest) -> HttpResponse:
    """Give notice, after a page that names the people who get it."""
    require(Action.RUN_REVIEWS, request.actor)
    if request.method == "POST":
        announced = workflow.announce(by=request.actor)
        messages.success(request, "The review is announced; the notices are on their way.")
        return redirect(announced)
    now = clock.now()
    period = queries.period_of_next(now)
    concerned = queries.concerned(period)
    due_at = now + timedelta(days=settings.YEARLY_NOTICE_DAYS)
    last = queries.made_last()
    context = {
        "act": announce_act(concerned, period.since, due_at, settings.YEARLY_NOTICE_DAYS),
        "placings": concerned,
        "is_early": last is not None and not queries.is_due(last, now.date()),
        "first": _first_of(last, now.date()),
        "since": period.since,
        "is_running": InactivityReview.objects.announced().exists(),
        "basis": basis(queries.recorded_from(period.since), queries.credits_read_at()),
        **credits_context(),
    }
    return render(request, "inactivity/announce.html", context)


def find_review(pk: UUID) -> InactivityReview:
    """Return the review of an address."""
    return get_object_or_404(InactivityReview, pk=pk)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_review)
def generate(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Make the lists."""
    return _act(request, pk, _making, workflow.generate, "The lists are made.")


def _making(_review: InactivityReview) -> ConfirmationPage:
    return generate_act(what_counts(queries.credits_read_at()))


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_review)
def send(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Tell the Steering Council."""
    message = "The review is on its way to the Steering Council."
    return _act(request, pk, _sending, workflow.send, message)


def _sending(review: InactivityReview) -> ConfirmationPage:
    listed = list(review.entries.filter(group__in=LISTED).values_list("group", flat=True))
    inactive = listed.count(ReviewGroup.INACTIVE)
    return send_act(inactive, len(listed) - inactive)


def _act(
    request: PortalRequest,
    pk: UUID,
    page_for: Callable[[InactivityReview], ConfirmationPage],
    verb: Callable[..., InactivityReview],
    message: str,
) -> HttpResponse:
    """Confirm an act on a review and do it."""
    require(Action.RUN_REVIEWS, request.actor)
    review = find_review(pk)
    if request.method != "POST":
        return confirmation_page(request, page_for(review), back=review.get_absolute_url(), back_label="The review")
    verb(review, by=request.actor)
    messages.success(request, message)
    return redirect(review)


def find_review_of(pk: int, **_more: object) -> InactivityReview:
    """Return the review of an entry."""
    return get_object_or_404(InactivityReview, entries=pk)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(find_review_of)
def answer_for(request: PortalRequest, pk: int) -> HttpResponse:
    """Record what somebody without an address has answered to the notice."""
    ENTRIES.require_any(EntryAction.ANSWER_FOR, request.actor)
    now = clock.now()
    entry = get_object_or_404(queries.entries(now.date()), pk=pk)
    ENTRIES.require(EntryAction.ANSWER_FOR, request.actor, entry, now)
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
    """Record a decision of the Steering Council on one name; the page says how a removal is recorded."""
    ENTRIES.require_any(EntryAction.DECIDE, request.actor)
    now = clock.now()
    entry = get_object_or_404(queries.entries(now.date()), pk=pk)
    ENTRIES.require(EntryAction.DECIDE, request.actor, entry, now)
    form = VerdictForm(posted(request), entry=entry, today=now.date())
    decision = attempt(form, lambda: workflow.record_verdict(entry, **form.arguments, by=request.actor))
    if decision:
        messages.success(request, _RECORDED[ReviewVerdict(decision.verdict)].format(entry.person.name))
        return redirect(entry.review)
    context = {"form": form, **decision_page(entry, request.actor, now)}
    return render(request, "inactivity/decide.html", context, status=status(form))
