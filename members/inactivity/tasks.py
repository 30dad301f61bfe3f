"""Celery tasks of the inactivity review."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from celery import shared_task

from audit import clock
from members.channels.connectors import missing_for_advisories
from members.inactivity import queries, workflow
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from web.background import attempt

#: Seconds after which no further source is read; below a task's time limit, with one reading to come.
_ENOUGH_SECONDS = 60.0


@shared_task
def read_coordinator_credits() -> None:
    """Read the sources that were not read for a day, or that an admin asked for."""
    _read_credits(clock.now() - timedelta(hours=23))


def _read_credits(after: datetime) -> bool:
    """Read what was not read since `after`; return whether nothing is left to read."""
    if missing_for_advisories():
        return True
    end = time.monotonic() + _ENOUGH_SECONDS
    for name in queries.sources_to_read(after):
        if time.monotonic() < end:
            attempt(workflow.read_credits, name)
    return not queries.sources_to_read(after)


@shared_task
def keep_inactivity_review() -> None:
    """Remind people in the second half of a notice, and make the lists after it. Runs every hour.

    Coordinator credits are read before that; while GitHub does not answer the lists wait, and an admin can make them.
    """
    now = clock.now()
    for review in InactivityReview.objects.announced():
        if review.remind_at <= now:
            for entry in review.entries.unanswered().filter(reminded_at=None):
                attempt(workflow.remind_of_notice, entry)
        if review.phase(now) == ReviewPhase.DUE and _read_credits(review.due_at):
            attempt(_make_lists, review)


def _make_lists(review: InactivityReview) -> None:
    workflow.generate(review, by=None)
