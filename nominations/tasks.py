"""The tasks of votes: counting, destroying keys, and reminding as time passes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from celery import shared_task

from audit import clock
from nominations import workflow
from nominations.models import Vote

logger = logging.getLogger(__name__)


@shared_task
def close_due_votes() -> None:
    """Count every vote whose time is over, destroy the keys that are not needed any more, and remind.

    Run as often as you like, and by several workers at once. One vote that cannot be closed stops
    no other one; the next run tries it again.
    """
    _each(Vote.objects.due(clock.now()).countable(), workflow.close_vote)
    _each(Vote.objects.with_spent_key(), workflow.destroy_key)
    _each(Vote.objects.in_progress(), workflow.remind)


def _each(votes: Iterable[Vote], verb: Callable[[Vote], object]) -> None:
    for vote in votes:
        try:
            verb(vote)
        except Exception as error:  # noqa: BLE001  whatever it is, the other votes go on
            # No traceback and no message: a database's error may quote the row it refused.
            logger.error("vote %s: %s failed with %s", vote.pk, verb.__name__, type(error).__name__)
