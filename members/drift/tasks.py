"""Celery tasks of drift checks. Arguments are ids; running one twice or late does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable

from celery import shared_task

from members.drift import workflow
from members.drift.models import Change, DriftCheck
from web import background
from web.background import attempt
from web.conflicts import Conflict

#: Seconds after which the sweep begins no further work; below a task's time limit.
_ENOUGH_SECONDS = 45.0


@shared_task
def request_drift_check() -> None:
    """Ask for a check every night, unless one waits or nothing is connected."""
    try:
        check = workflow.request_check(by=None)
    except Conflict:
        return
    background.hint(run_drift_check, str(check.pk))


@shared_task
def run_drift_check(check: str) -> None:
    """Read every channel and compare."""
    attempt(workflow.run_check, check)


@shared_task
def make_drift_change(change: str) -> None:
    """Make one confirmed change; after the last one the channels are checked again."""
    attempt(workflow.make_change, change)
    attempt(_follow_up, change)


def _follow_up(_after: str) -> None:
    check = workflow.follow_up()
    if check is not None:
        background.hint(run_drift_check, str(check.pk))


@shared_task
def work_on_drift() -> None:
    """Sweep up checks and changes that a lost hint or a dead worker has left."""
    end = time.monotonic() + _ENOUGH_SECONDS
    work: list[tuple[Callable[[str], None], str]] = [
        *((workflow.run_check, str(pk)) for pk in DriftCheck.objects.waiting().values_list("pk", flat=True)),
        *((workflow.make_change, str(pk)) for pk in Change.objects.waiting().values_list("pk", flat=True)),
    ]
    for verb, pk in work:
        if time.monotonic() > end:
            return
        attempt(verb, pk)
    attempt(_follow_up, "the sweep")
