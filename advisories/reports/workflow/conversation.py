"""Write to the team and to the reporter, and change what one wrote."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from advisories.reports.doors import LinkHolder
from advisories.reports.events import ReportEvent
from advisories.reports.fingerprints import fingerprint
from advisories.reports.models import Message, MessageVersion, Report
from advisories.reports.policy import Action, allows, require
from advisories.reports.workflow.intake import REPORTER
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict, NotAllowed


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


@transaction.atomic
def edit_message(report: Report, message: Message, body: str, *, before: str, by: Actor) -> Message:
    """Change what one wrote oneself; what it said before is kept, and shown to whoever may see the message.

    `before` is the text that the author had in front of them. The same text is no change. Raises `NotAllowed`, also
    for another's message, or `Conflict` when it was changed in between.
    """
    report, at = locked(report), clock.now()
    editor = require(Action.EDIT_MESSAGE, by, report, at)
    rows = Message.objects.visible_to(by).filter(pk=message.pk, report=report)
    stored = rows.first()
    if stored is None or stored.author_id != editor.pk:
        raise NotAllowed(Action.EDIT_MESSAGE)
    if stored.body == body:
        return stored
    if stored.body != before:
        raise Conflict("The message was changed in another window. This is what it says now.")
    MessageVersion.objects.create(message=stored, body=stored.body, replaced_at=at)
    stored.body, stored.edited_at = body, at
    stored.save(update_fields=["body", "edited_at"])
    record(ReportEvent.MESSAGE_EDITED, target=report, by=editor, at=at, message=stored.pk)
    return stored


def _write(
    report: Report, author: Person | None, body: str, *, internal: bool, once: str, kind: ReportEvent
) -> Message:
    """Write one message and its event, under the report's lock; a form sent twice gives the first message again."""
    at = clock.now()
    message, is_new = _add(report, author, body, internal=internal, at=at, once=once)
    if is_new:
        record(kind, target=report, by=author or REPORTER, at=at, message=message.pk)
    return message


def add_message(
    report: Report, author: Person, body: str, *, internal: bool, at: datetime, is_held: bool = False
) -> Message:
    """Write a message that belongs to another verb, which has locked the report and records the event."""
    return _add(report, author, body, internal=internal, at=at, is_held=is_held)[0]


def _add(
    report: Report,
    author: Person | None,
    body: str,
    *,
    internal: bool,
    at: datetime,
    once: str = "",
    is_held: bool = False,
) -> tuple[Message, bool]:
    who = str(author.pk) if author else ""
    mark = fingerprint("message", once or secrets.token_hex(16), str(report.pk), who, internal, body)
    first = report.messages.system("the same form sent twice").filter(fingerprint=mark).first()
    if first is not None:
        return first, False
    message = Message.objects.create(
        report=report, author=author, body=body, internal=internal, sent_at=at, fingerprint=mark, is_held=is_held
    )
    return message, True


def release_held(report: Report) -> None:
    """Let the messages go that waited for the end of the time to undo: a part of another verb."""
    report.messages.system("what waited goes to the reporter").filter(is_held=True).update(is_held=False)


def withhold_held(report: Report) -> None:
    """Keep the messages that waited as notes of the team: what they went with was undone."""
    held = report.messages.system("what waited stays in the team").filter(is_held=True)
    held.update(is_held=False, internal=True)
