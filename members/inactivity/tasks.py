"""Celery tasks of the inactivity review."""

from __future__ import annotations

from celery import shared_task

from audit import clock
from members.inactivity import workflow
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from web.background import attempt


@shared_task
def keep_inactivity_review() -> None:
    """Remind people in the second half of a notice, and make the lists after it. Runs every hour."""
    now = clock.now()
    for review in InactivityReview.objects.announced():
        if review.remind_at <= now:
            for entry in review.entries.unanswered().filter(reminded_at=None):
                attempt(workflow.remind_of_notice, entry)
        if review.phase(now) == ReviewPhase.DUE:
            attempt(_make_lists, review)


def _make_lists(review: InactivityReview) -> None:
    workflow.generate(review, by=None)
