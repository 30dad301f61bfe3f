"""What is said about a report: internal notes, messages to the reporter, and the reporter's answers."""

from __future__ import annotations

import secrets
from enum import StrEnum

from django.db import transaction

from advisories.reports.doors import LinkHolder
from advisories.reports.events import AdvisoryEvent
from advisories.reports.models import Message, Report
from advisories.reports.policy import Action, require
from advisories.reports.workflow.idempotency import fingerprint
from advisories.reports.workflow.intake import REPORTER
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor


@transaction.atomic
def reply(report: Report, body: str, *, by: LinkHolder, once: str = "") -> Message:
    """The reporter writes to the team. Raises `NotAllowed` for a link that is no longer in force."""
    report = locked(report)
    require(Action.REPLY, by, report)
    return _write(report, None, body, internal=False, once=once, kind=AdvisoryEvent.REPORTER_WROTE)


@transaction.atomic
def write_message(report: Report, body: str, *, by: Actor, once: str = "") -> Message:
    """A member writes to the reporter. Raises `NotAllowed`."""
    report = locked(report)
    require(Action.MESSAGE, by, report)
    return _write(report, by.person, body, internal=False, once=once, kind=AdvisoryEvent.MESSAGE_SENT)


@transaction.atomic
def write_note(report: Report, body: str, *, by: Actor, once: str = "") -> Message:
    """A member writes something only the team sees. Raises `NotAllowed`."""
    report = locked(report)
    require(Action.NOTE, by, report)
    return _write(report, by.person, body, internal=True, once=once, kind=AdvisoryEvent.NOTE_WRITTEN)


def _write(report: Report, author: Person | None, body: str, *, internal: bool, once: str, kind: StrEnum) -> Message:
    """One message and its event, under the report's lock; the same form sent twice gives the first one."""
    who = str(author.pk) if author else ""
    mark = fingerprint("message", once or secrets.token_hex(16), str(report.pk), who, internal, body)
    known = report.messages.system("the same form sent twice").filter(fingerprint=mark).first()
    if known is not None:
        return known
    at = clock.now()
    message = Message.objects.create(
        report=report, author=author, body=body, internal=internal, sent_at=at, fingerprint=mark
    )
    record(kind, target=report, by=author or REPORTER, at=at, message=message.pk)
    return message
