"""The daily housekeeping of this app."""

from __future__ import annotations

from celery import shared_task

from audit import clock
from members.accounts.workflow import housekeeping
from web.background import attempt


@shared_task
def delete_expired() -> None:
    """Delete what is over; runs every night, and one failure does not stop the rest."""
    at = clock.now()
    attempt(housekeeping.delete_expired_counts, at)
    attempt(housekeeping.delete_ended_sessions, at)
    attempt(housekeeping.forget_old_addresses, at)
