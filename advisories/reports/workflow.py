"""Verbs about reports: each locks the report, asks the policy, writes, and records one event."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from advisories.projects.models import PolicyVersion
from advisories.reports.doors import LinkHolder
from advisories.reports.enums import Determination
from advisories.reports.events import ReportEvent
from advisories.reports.fingerprints import fingerprint
from advisories.reports.models import Message, Report, Submission
from advisories.reports.policy import Action, allows, require
from advisories.reports.queries import has_read
from audit import clock
from audit.log import record
from audit.models import Event
from members.accounts.models import User
from members.people.models import Person
from members.people.policy import Actor, actor_of
from web.conflicts import Conflict, NotAllowed

# -- locks ------------------------------------------------------------------------------------------


def locked(report: Report) -> Report:
    """Return the report as it is now, with what policies look at, locked until the transaction ends.

    Its messages, its advisory and that one's credits are changed under this lock only.
    """
    rows = Report.objects.system("a verb locks what it changes")
    # Two statements: one that waits for its lock sees joined rows as they were before it waited.
    rows.select_for_update().only("pk").get(pk=report.pk)
    return rows.whole().get(pk=report.pk)


# -- intake -----------------------------------------------------------------------------------------


#: How the audit log names somebody without an account.
REPORTER = "reporter"

#: References are random; this many collide one after another only if something is broken.
_TRIES = 5


@transaction.atomic
def hand_in(submission: Submission, *, once: str = "") -> Report:
    """Take a report in, from anybody.

    `once` is the random mark of the page it was typed into. The same submission with the same mark gives the report
    that is there already, and no second event; somebody who knows the text alone does not get at it.
    """
    mark = fingerprint("intake", once or secrets.token_hex(16), asdict(submission))
    first = _with_fingerprint(mark)
    if first is not None:
        return first
    at = clock.now()
    policy = PolicyVersion.objects.in_force(at)
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                report = Report.objects.create(
                    **asdict(submission), policy_version=policy, fingerprint=mark, received_at=at
                )
        except IntegrityError:
            # Either the same submission was quicker, or the reference is taken: look, and roll again.
            first = _with_fingerprint(mark)
            if first is not None:
                return first
        else:
            record(ReportEvent.REPORT_RECEIVED, target=report, by=REPORTER, at=at)
            return report
    raise RuntimeError("no free reference was found")


def _with_fingerprint(mark: str) -> Report | None:
    return Report.objects.system("the same form sent twice").whole().filter(fingerprint=mark).first()


# -- triage -----------------------------------------------------------------------------------------


def note_reading(report: Report, *, by: Actor) -> Event | None:
    """Record that a member reads a report, once per person, report and day (UTC); None when it is recorded already.

    Raises `NotAllowed` for somebody who may not see it. Only the first reading of a day takes a lock.
    """
    require(Action.SEE, by, report)
    at = clock.now()
    return None if has_read(report, by, at) else _record_reading(report, by, at)


@transaction.atomic
def _record_reading(report: Report, by: Actor, at: datetime) -> Event | None:
    locked(report)
    if has_read(report, by, at):
        return None
    return record(ReportEvent.REPORT_READ, target=report, by=by.person, at=at)


@transaction.atomic
def coordinate(report: Report, *, by: Actor) -> Report:
    """Become the coordinator of a report that has none. Raises `NotAllowed`, or `Conflict` when it has one."""
    report, at = locked(report), clock.now()
    report.coordinator, report.coordinated_at = require(Action.COORDINATE, by, report, at), at
    report.save(update_fields=["coordinator", "coordinated_at"])
    record(ReportEvent.COORDINATOR_TOOK, target=report, by=by.person, at=at)
    return report


@transaction.atomic
def hand_over(report: Report, to: Person, *, by: Actor) -> Report:
    """Make another member the coordinator. Raises `NotAllowed`, or `Conflict` for somebody who cannot be."""
    report, at = locked(report), clock.now()
    require(Action.HAND_OVER, by, report, at)
    if not allows(Action.SEE, actor_of(to, at.date()), report, at):
        raise Conflict(f"{to} is not a member now, and so cannot coordinate.")
    if not User.objects.filter(person=to, is_active=True, is_unconfirmed=False).exists():
        raise Conflict(f"{to} cannot sign in yet, and so cannot coordinate.")
    if to == report.coordinator:
        raise Conflict(f"{to} coordinates this report already.")
    before = report.coordinator_id
    report.coordinator, report.coordinated_at = to, at
    report.save(update_fields=["coordinator", "coordinated_at"])
    record(ReportEvent.HANDED_OVER, target=report, by=by.person, at=at, before=before, after=to.pk)
    return report


@transaction.atomic
def set_embargo(report: Report, until: datetime | None, *, by: Actor) -> Report:
    """Record when the embargo ends, or with None that nothing is agreed. Raises `NotAllowed` or `Conflict`."""
    report, at = locked(report), clock.now()
    require(Action.SET_EMBARGO, by, report, at)
    if until is not None and until <= at:
        raise Conflict("An embargo ends in the future; to end it now, publish.")
    report.embargo_until = until
    report.save(update_fields=["embargo_until"])
    record(ReportEvent.EMBARGO_SET, target=report, by=by.person, at=at)
    return report


@transaction.atomic
def determine(
    report: Report,
    determination: Determination,
    *,
    by: Actor,
    duplicate_of: Report | None = None,
    forwarded_to: str = "",
) -> Report:
    """Record what the report is; all but a vulnerability finish it.

    A duplicate needs its original, a forwarded report where it went. Raises `NotAllowed` or `Conflict`.
    """
    report, at = locked(report), clock.now()
    determined_by = require(Action.DETERMINE, by, report, at)
    is_duplicate, is_forwarded = determination is Determination.DUPLICATE, determination is Determination.FORWARDED
    if is_duplicate != (duplicate_of is not None):
        raise Conflict("A duplicate, and only a duplicate, names the report it repeats.")
    if is_forwarded != bool(forwarded_to):
        raise Conflict("A forwarded report, and only that, says where it was forwarded to.")
    if duplicate_of is not None:
        _require_original(report, duplicate_of)
    report.determination, report.determined_by, report.determined_at = determination, determined_by, at
    report.duplicate_of, report.forwarded_to = duplicate_of, forwarded_to
    report.save(update_fields=["determination", "determined_by", "determined_at", "duplicate_of", "forwarded_to"])
    record(ReportEvent.DETERMINED, target=report, by=determined_by, at=at)
    return report


def _require_original(report: Report, original: Report) -> None:
    if original.pk == report.pk:
        raise Conflict("A report cannot be a duplicate of itself.")
    if original.determination == Determination.DUPLICATE:
        raise Conflict(f"{original.reference} is a duplicate itself; name the report that one repeats.")


@transaction.atomic
def reopen(report: Report, *, by: Actor) -> Report:
    """Take a determination back; a draft stays. Raises `NotAllowed`, or `Conflict` when its advisory is published."""
    report, at = locked(report), clock.now()
    require(Action.REOPEN, by, report, at)
    report.determination, report.determined_by, report.determined_at = "", None, None
    report.duplicate_of, report.forwarded_to = None, ""
    report.save(update_fields=["determination", "determined_by", "determined_at", "duplicate_of", "forwarded_to"])
    record(ReportEvent.REOPENED, target=report, by=by.person, at=at)
    return report


def mark_published(report: Report, at: datetime) -> None:
    """Finish a report whose advisory is published at `at`: a part of that verb, which locked it and records the event.

    The report keeps the moment itself, so that its phase needs no row of another app.
    """
    report.published_at = at
    report.save(update_fields=["published_at"])


# -- conversation -----------------------------------------------------------------------------------


@transaction.atomic
def reply(report: Report, body: str, *, by: LinkHolder, once: str = "") -> Message:
    """Write to the team as the reporter. Raises `NotAllowed` for a link that is no longer in force."""
    report = locked(report)
    if not allows(Action.REPLY, by, report, clock.now()):
        raise NotAllowed(Action.REPLY)
    return _write(report, None, body, internal=False, once=once, kind=ReportEvent.REPORTER_WROTE)


@transaction.atomic
def write_message(report: Report, body: str, *, by: Actor, once: str = "") -> Message:
    """Write to the reporter as a member. Raises `NotAllowed`."""
    report = locked(report)
    author = require(Action.MESSAGE, by, report)
    return _write(report, author, body, internal=False, once=once, kind=ReportEvent.MESSAGE_SENT)


@transaction.atomic
def write_note(report: Report, body: str, *, by: Actor, once: str = "") -> Message:
    """Write an internal note that only the team sees. Raises `NotAllowed`."""
    report = locked(report)
    author = require(Action.NOTE, by, report)
    return _write(report, author, body, internal=True, once=once, kind=ReportEvent.NOTE_WRITTEN)


def _write(
    report: Report, author: Person | None, body: str, *, internal: bool, once: str, kind: ReportEvent
) -> Message:
    """Write one message and its event, under the report's lock; a form sent twice gives the first message again."""
    who = str(author.pk) if author else ""
    mark = fingerprint("message", once or secrets.token_hex(16), str(report.pk), who, internal, body)
    first = report.messages.system("the same form sent twice").filter(fingerprint=mark).first()
    if first is not None:
        return first
    at = clock.now()
    message = Message.objects.create(
        report=report, author=author, body=body, internal=internal, sent_at=at, fingerprint=mark
    )
    record(kind, target=report, by=author or REPORTER, at=at, message=message.pk)
    return message
