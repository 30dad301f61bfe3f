"""The conversation about a report: internal notes, messages to the reporter, and the reporter's answers."""

from __future__ import annotations

import secrets

from django.db import transaction

from advisories.reports.doors import LinkHolder
from advisories.reports.events import ReportEvent
from advisories.reports.models import Message, Report
from advisories.reports.policy import Action, allows, require
from advisories.reports.workflow.intake import REPORTER
from advisories.reports.workflow.locks import fingerprint, locked
from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import NotAllowed


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
