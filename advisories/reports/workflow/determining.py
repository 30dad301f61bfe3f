"""Say what a report is, take that back, and tell the reporter once it cannot be undone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from advisories.reports.enums import PUBLIC_ISSUE, Determination, ForwardOutcome
from advisories.reports.events import ReportEvent
from advisories.reports.models import UNDO, Report
from advisories.reports.policy import Action, require
from advisories.reports.workflow.conversation import add_message, release_held, withhold_held
from advisories.reports.workflow.duplicates import take_in
from advisories.reports.workflow.locks import locked
from advisories.reports.workflow.offers import OFFER, clear_offer
from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict

_CLOSING = (
    "determination", "determined_by", "determined_at", "duplicate_of", "forwarded_to", "forward_outcome",
    "forward_ended_at", "public_issue", "undo_until", "told_at", "released_at",
)  # fmt: skip


@transaction.atomic
def determine(
    report: Report,
    determination: Determination,
    *,
    by: Actor,
    duplicate_of: Report | None = None,
    forwarded_to: str = "",
    public_issue: str = "",
    message: str = "",
    reason: str = "",
) -> Report:
    """Record what the report is. It can be undone for `UNDO`; its reporter is told after that, with the `message`.

    A duplicate needs its original, a forwarded report where it went, and what goes on in public its issue. The
    `reason` is a note of the team. Raises `NotAllowed`, or `Conflict`, also when something is missing or too much.
    """
    original = take_in(report, duplicate_of) if duplicate_of is not None else None
    report, at = locked(report), clock.now()
    author = require(Action.DETERMINE, by, report, at)
    _require_whole(determination, original, forwarded_to, public_issue, message)
    report.determination, report.determined_by, report.determined_at = determination, author, at
    report.duplicate_of, report.forwarded_to, report.public_issue = original, forwarded_to, public_issue
    report.undo_until, report.told_at = at + UNDO, None
    if report.finished_at:
        clear_offer(report)
    report.save(update_fields=[*_CLOSING, *OFFER])
    _write(report, author, message, reason, at)
    record(ReportEvent.DETERMINED, target=report, by=author, at=at)
    return report


def _require_whole(
    determination: Determination, original: Report | None, forwarded_to: str, public_issue: str, message: str
) -> None:
    """Raise `Conflict` unless a closing has what its kind needs, and nothing that is another kind's."""
    if (determination is Determination.DUPLICATE) != (original is not None):
        raise Conflict("A duplicate, and only a duplicate, names the report it repeats.")
    if (determination is Determination.FORWARDED) != bool(forwarded_to):
        raise Conflict("A forwarded report, and only that, says where it was forwarded to.")
    if (determination in PUBLIC_ISSUE) != bool(public_issue):
        raise Conflict("What goes on in public, and only that, names its public issue.")
    if determination is Determination.DISCARDED and message:
        raise Conflict("A report that is discarded gets no reply.")


@transaction.atomic
def end_forward(report: Report, outcome: ForwardOutcome, *, by: Actor, message: str = "", reason: str = "") -> Report:
    """Close a forwarded report: its maintainers answered, are not known, or stay silent.

    Raises `NotAllowed`, or `Conflict` when it is not a forwarded one that waits.
    """
    report, at = locked(report), clock.now()
    author = require(Action.END_FORWARD, by, report, at)
    report.forward_outcome, report.forward_ended_at = outcome, at
    report.undo_until, report.told_at = at + UNDO, None
    clear_offer(report)
    report.save(update_fields=[*_CLOSING, *OFFER])
    _write(report, author, message, reason, at)
    record(ReportEvent.FORWARD_ENDED, target=report, by=author, at=at)
    return report


def _write(report: Report, author: Person, message: str, reason: str, at: datetime) -> None:
    """Write the two texts that go with a closing; the event is the closing's own."""
    if reason:
        add_message(report, author, reason, internal=True, at=at)
    if message:
        add_message(report, author, message, internal=False, at=at, is_held=True)


@transaction.atomic
def undo(report: Report, *, by: Actor) -> Report:
    """Take the last closing back before anybody outside hears of it; its message becomes a note of the team.

    Raises `NotAllowed`, or `Conflict` when the time for it is over.
    """
    report, at = locked(report), clock.now()
    undoer = require(Action.UNDO, by, report, at)
    if report.forward_outcome:
        report.forward_outcome, report.forward_ended_at = "", None
        report.told_at = report.determined_at
    else:
        _open_again(report)
    report.save(update_fields=_CLOSING)
    withhold_held(report)
    record(ReportEvent.UNDONE, target=report, by=undoer, at=at)
    return report


@transaction.atomic
def reopen(report: Report, reason: str, *, by: Actor) -> Report:
    """Take a determination back that its reporter may know of; the reason is a note of the team, and a draft stays.

    Raises `NotAllowed`, or `Conflict` without a reason, while it can be undone, or when its advisory is published.
    """
    report, at = locked(report), clock.now()
    opener = require(Action.REOPEN, by, report, at)
    if not reason.strip():
        raise Conflict("Say why it is open again.")
    was_told = report.told_at is not None
    _open_again(report)
    report.save(update_fields=_CLOSING)
    withhold_held(report)
    add_message(report, opener, reason, internal=True, at=at)
    record(ReportEvent.REOPENED, target=report, by=opener, at=at, was_told=was_told)
    return report


def _open_again(report: Report) -> None:
    report.determination, report.determined_by, report.determined_at = "", None, None
    report.duplicate_of, report.forwarded_to, report.public_issue = None, "", ""
    report.forward_outcome, report.forward_ended_at = "", None
    report.undo_until = report.told_at = report.released_at = None


@transaction.atomic
def tell_outcome(report: Report) -> Report:
    """Let the reporter know of a closing that cannot be undone any more, once; a discard is told to nobody."""
    report, at = locked(report), clock.now()
    is_due = report.undo_until is not None and report.undo_until <= at and report.told_at is None
    if not is_due or report.determination == Determination.DISCARDED:
        return report
    report.told_at = at
    if report.duplicate_of_id and _is_published(report.duplicate_of_id):
        report.released_at = at
    report.save(update_fields=["told_at", "released_at"])
    release_held(report)
    record(ReportEvent.OUTCOME_TOLD, target=report, by=None, at=at)
    return report


def _is_published(key: UUID) -> bool:
    rows = Report.objects.system("a duplicate of what is public is released at once")
    return rows.filter(pk=key, published_at__isnull=False).exists()
