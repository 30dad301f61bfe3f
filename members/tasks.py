"""What workers run. Arguments are ids; a task that runs twice, or late, or together with itself does no harm."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from celery import shared_task

from audit import clock
from members import background, workflow
from members.models import Change, DriftCheck, Offboarding, Onboarding, YearlyReport
from members.policy import Conflict

logger = logging.getLogger(__name__)

#: Seconds after which the sweep begins no further work; below a task's time limit.
_ENOUGH_SECONDS = 45.0


@shared_task
def request_drift_check() -> None:
    """Every night: ask for a check, unless one waits or nothing is connected."""
    try:
        asked = workflow.request_check(by=None)
    except Conflict:
        return
    background.hint(run_drift_check, str(asked.pk))


@shared_task
def run_drift_check(check: str) -> None:
    """Read every channel and compare."""
    _try(workflow.run_check, check)


@shared_task
def make_drift_change(change: str) -> None:
    """Make one confirmed change."""
    _try(workflow.make_change, change)


@shared_task
def work_on_drift() -> None:
    """The sweep: checks and changes that a lost hint or a dead worker has left."""
    end = time.monotonic() + _ENOUGH_SECONDS
    work: list[tuple[Callable[[str], None], str]] = [
        *((workflow.run_check, str(pk)) for pk in DriftCheck.objects.waiting().values_list("pk", flat=True)),
        *((workflow.make_change, str(pk)) for pk in Change.objects.waiting().values_list("pk", flat=True)),
    ]
    for verb, pk in work:
        if time.monotonic() > end:
            return
        _try(verb, pk)


@shared_task
def remind_of_acceptance() -> None:
    """Once a day: who has not accepted the responsibilities in force hears of it when it is time."""
    workflow.remind_of_acceptance()


@shared_task
def remind_of_boarding() -> None:
    """Every hour: whoever a checklist waits for hears of it again when it is time."""
    for onboarding in Onboarding.objects.running():
        _try(workflow.remind_onboarding, onboarding)
    for offboarding in Offboarding.objects.running():
        _try(workflow.remind_offboarding, offboarding)


@shared_task
def keep_yearly_report() -> None:
    """Every hour: half way through a notice remind who has not answered; after it, make the lists."""
    now = clock.now()
    for report in YearlyReport.objects.announced():
        if report.remind_at <= now:
            for entry in report.entries.unanswered().filter(reminded_at=None):
                _try(workflow.remind_of_notice, entry)
        if report.is_due(now):
            _try(_make_lists, report)


def _make_lists(report: YearlyReport) -> None:
    workflow.generate_yearly(report, by=None)


def _try(verb: Callable[[Any], object], thing: Any) -> None:
    """`verb` with the id of a row, or with the row."""
    try:
        verb(thing)
    except Exception as error:  # noqa: BLE001  whatever it is, the rest goes on, and the next sweep tries again
        # No traceback and no message: a database's error may quote the row it refused.
        logger.error("%s of %s failed with %s", verb.__name__, getattr(thing, "pk", thing), type(error).__name__)
