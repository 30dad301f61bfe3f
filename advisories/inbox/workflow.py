"""Verbs about incoming mail: each locks the mail, asks the policy, writes, and records one event for each mail."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from advisories.inbox import files, queries
from advisories.inbox.enums import Handling
from advisories.inbox.events import INBOX, InboxEvent
from advisories.inbox.mime import WHOLE, ParsedAttachment, ParsedMail, content_of, without_envelope
from advisories.inbox.models import IncomingAttachment, IncomingMail
from advisories.inbox.policy import Action, allows, require
from advisories.projects.models import Project
from advisories.reports import workflow as reports
from advisories.reports.enums import Origin
from advisories.reports.fingerprints import fingerprint
from advisories.reports.models import Report, Submission
from audit import clock
from audit.log import record
from audit.models import Event
from members.people.policy import Actor, actor_of
from web.background import BATCH_SIZE, after_commit
from web.conflicts import Conflict, NotAllowed

#: Admins are reminded once a day; a job that runs a little earlier the next day must not skip that one.
ONCE_A_DAY = timedelta(hours=20)
#: What handling writes, as it is before and after taking it back.
_UNHANDLED: dict[str, Any] = {
    "handling": "", "handled_at": None, "handled_by": None, "batch": None, "settles_at": None, "settled_at": None,
    "project": None, "summary": "", "tells_sender": False, "report": None, "answer": "",
}  # fmt: skip


# -- taking mail in ---------------------------------------------------------------------------------


def receive(mail: ParsedMail, raw: bytes) -> IncomingMail:
    """Keep a mail as it arrives from the mail server; the same one again gives the row that is there already.

    The headers that servers add on the way are no part of the mark. Its files are written before its row, and are
    gone again if that fails. Raises what the database and the disk raise.
    """
    raw = without_envelope(raw)
    said = (mail.message_id, mail.from_name, mail.from_address, mail.subject, str(mail.sent_at))
    mark = fingerprint("incoming", *said, hashlib.sha256(content_of(raw)).hexdigest())
    if first := _with_fingerprint(mark):
        return first
    attachments = _within_limit(mail.attachments, raw)
    keys = [uuid.uuid4() for _ in attachments]
    try:
        for key, attachment in zip(keys, attachments, strict=True):
            files.write(key, attachment.content)
        return _keep(mail, raw, mark, list(zip(keys, attachments, strict=True)))
    except BaseException as error:
        for key in keys:
            files.remove(key)
        if isinstance(error, IntegrityError) and (first := _with_fingerprint(mark)):
            return first
        raise


def _with_fingerprint(mark: str) -> IncomingMail | None:
    return IncomingMail.objects.system("the same mail piped twice").filter(fingerprint=mark).first()


def _within_limit(attachments: Sequence[ParsedAttachment], raw: bytes) -> Sequence[ParsedAttachment]:
    """Return what is written to the disk: the mail as it came where its parts are larger than a mail may be."""
    if sum(len(one.content) for one in attachments) <= settings.INBOX_MESSAGE_BYTES:
        return attachments
    return [ParsedAttachment(WHOLE, "message/rfc822", raw)]


@transaction.atomic
def _keep(mail: ParsedMail, raw: bytes, mark: str, attached: list[tuple[UUID, ParsedAttachment]]) -> IncomingMail:
    text = " ".join(f"{mail.subject} {mail.body}".casefold().split())
    at = clock.now()
    row = IncomingMail.objects.create(
        message_id=mail.message_id,
        from_name=mail.from_name,
        from_address=mail.from_address,
        subject=mail.subject,
        sent_at=mail.sent_at,
        received_at=at,
        body=mail.body,
        headers=mail.headers,
        thread=list(mail.thread),
        nature=mail.nature,
        size=len(raw),
        fingerprint=mark,
        # What has no words is compared with nothing.
        text_mark=fingerprint("incoming-text", text) if mail.body.strip() else mark,
    )
    IncomingAttachment.objects.bulk_create(
        IncomingAttachment(
            pk=key,
            mail=row,
            position=position,
            name=one.name,
            content_type=one.content_type,
            size=len(one.content),
        )
        for position, (key, one) in enumerate(attached)
    )
    record(InboxEvent.RECEIVED, target=row, by=None, at=at)
    return row


# -- locks, reading ---------------------------------------------------------------------------------


def locked(keys: Sequence[UUID]) -> list[IncomingMail]:
    """Return mail as it is now, locked until the transaction ends, in one order for everybody."""
    rows = IncomingMail.objects.system("a verb locks what it changes").select_for_update(of=("self",))
    return list(rows.filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def note_reading(mail: IncomingMail, *, by: Actor) -> Event | None:
    """Record that an admin reads a mail, once per person, mail and day (UTC); None when it is recorded already."""
    person, at = require(Action.SEE, by, mail), clock.now()
    if queries.has_read(mail, by, at):
        return None
    return record(InboxEvent.READ, target=mail, by=person, at=at)


# -- what an admin decides --------------------------------------------------------------------------


def file(mail: IncomingMail, project: Project, summary: str, *, tells_sender: bool, by: Actor) -> IncomingMail:
    """Let a mail become a report. Raises `NotAllowed` or `Conflict`."""
    details = {"project": project, "summary": summary, "tells_sender": tells_sender and bool(mail.from_address)}
    return _handle([mail.pk], Handling.FILED, by, **details)[0]


def add(mail: IncomingMail, report: Report, *, by: Actor) -> IncomingMail:
    """Let a mail become an internal note on a report. Raises `NotAllowed`, or `Conflict` for a report that is gone."""
    if not Report.objects.visible_to(by).filter(pk=report.pk).exists():
        raise Conflict("There is no such report.")
    return _handle([mail.pk], Handling.ADDED, by, report=report)[0]


def answer(mails: Sequence[IncomingMail], text: str, *, by: Actor) -> list[IncomingMail]:
    """Answer each of `mails` with `text`, all or none. Raises `NotAllowed` or `Conflict`."""
    return _handle([mail.pk for mail in mails], Handling.ANSWERED, by, answer=text)


def discard(mails: Sequence[IncomingMail], *, by: Actor) -> list[IncomingMail]:
    """Discard each of `mails` without a reply, all or none. Raises `NotAllowed` or `Conflict`."""
    return _handle([mail.pk for mail in mails], Handling.DISCARDED, by)


_DECISIONS = {
    Handling.FILED: (Action.FILE, InboxEvent.FILED),
    Handling.ADDED: (Action.ADD, InboxEvent.ADDED),
    Handling.ANSWERED: (Action.ANSWER, InboxEvent.ANSWERED),
    Handling.DISCARDED: (Action.DISCARD, InboxEvent.DISCARDED),
}


@transaction.atomic
def _handle(keys: Sequence[UUID], handling: Handling, by: Actor, **details: Any) -> list[IncomingMail]:
    """Write what is to become of mail, all or none; `settle` carries it out."""
    action, event = _DECISIONS[handling]
    mails, at, batch = locked(keys), clock.now(), uuid.uuid4()
    if not mails or len(mails) != len(set(keys)):
        raise Conflict("One of these messages is not there any more.")
    for mail in mails:
        mail.handled_by = require(action, by, mail, at)
        mail.handling, mail.handled_at, mail.batch = handling, at, batch
        mail.settles_at = at + timedelta(minutes=settings.INBOX_UNDO_MINUTES)
        for name, value in details.items():
            setattr(mail, name, value)
        mail.save(update_fields=list(_UNHANDLED))
        record(event, target=mail, by=mail.handled_by, at=at)
    return mails


@transaction.atomic
def take_back(mails: Sequence[IncomingMail], *, by: Actor) -> list[IncomingMail]:
    """Let mail wait again, all or none, as if nobody had handled it. Raises `NotAllowed`, or `Conflict` when late."""
    found, at = locked([mail.pk for mail in mails]), clock.now()
    for mail in found:
        person = require(Action.TAKE_BACK, by, mail, at)
        _release(mail)
        record(InboxEvent.TAKEN_BACK, target=mail, by=person, at=at)
    return found


def _release(mail: IncomingMail) -> None:
    for name, value in _UNHANDLED.items():
        setattr(mail, name, value)
    mail.save(update_fields=list(_UNHANDLED))


# -- carrying it out --------------------------------------------------------------------------------


@transaction.atomic
def carry_out(mail: IncomingMail, *, by: Actor) -> IncomingMail:
    """Carry out now what was decided, without waiting. Raises `NotAllowed` or `Conflict`."""
    found, at = locked([mail.pk])[0], clock.now()
    require(Action.CARRY_OUT, by, found, at)
    found.settles_at = at
    return _settle(found, at)


@transaction.atomic
def settle(key: UUID) -> IncomingMail | None:
    """Carry out what was decided once the time to take it back is over; None when there is nothing to do."""
    at = clock.now()
    found = next(iter(locked([key])), None)
    if found is None or not found.handling or found.settled_at or not found.settles_at or found.settles_at > at:
        return None
    return _settle(found, at)


def _settle(mail: IncomingMail, at: datetime) -> IncomingMail:
    """Carry it out in the name of who decided it; it waits again if they may not decide it any more."""
    by = actor_of(mail.handled_by, at.date())
    try:
        with transaction.atomic():
            if not allows(Action.SEE, by, mail, at):
                raise NotAllowed(Action.SEE)
            _carry_out(mail, by, at)
    except (NotAllowed, Conflict):
        mail.refresh_from_db(from_queryset=IncomingMail.objects.system("a verb locks what it changes"))
        _release(mail)
        record(InboxEvent.TAKEN_BACK, target=mail, by=None, at=at)
    return mail


def _carry_out(mail: IncomingMail, by: Actor, at: datetime) -> None:
    mail.settled_at, event = at, None
    if mail.handling == Handling.FILED:
        mail.report, event = _hand_in(mail), InboxEvent.REPORT_MADE
    elif mail.handling == Handling.ADDED and mail.report_id:
        report = Report.objects.visible_to(by).filter(pk=mail.report_id).first()
        if report is None:
            raise NotAllowed(Action.ADD)
        reports.write_note(report, _as_text(mail), by=by, once=f"inbox {mail.pk}")
        event = InboxEvent.NOTE_MADE
    elif mail.handling == Handling.ANSWERED:
        event = InboxEvent.ANSWER_SENT
    mail.save(update_fields=["settled_at", "settles_at", "report"])
    if event:
        record(event, target=mail, by=by.person, at=at)


#: What a mail does not say in a field of its own.
_IN_THE_MAIL = "Not asked: this report came by mail. See what happens."


def _hand_in(mail: IncomingMail) -> Report:
    """Make the report of a mail, which has reached the team when the mail has.

    The address of the sender is not passed: it proves nothing, and a report's address is written to. It stands in the
    text, for the team.
    """
    submission = Submission(
        project_id=str(mail.project_id),
        summary=mail.summary,
        description=_as_text(mail),
        versions_tested=_IN_THE_MAIL,
        impact=_IN_THE_MAIL,
        checked_by_person=False,
        reporter_name=mail.from_name,
        origin=Origin.MAIL,
        origin_id=mail.message_id,
    )
    return reports.hand_in(submission, once=f"inbox {mail.pk}", received_at=mail.received_at)


def _as_text(mail: IncomingMail) -> str:
    """Return a mail as a text for members: who wrote it and when, what it says, and where its files are."""
    attachments = mail.attachments.system("what becomes of a mail names its files")
    lines = [f"From: {mail.sender}", f"Subject: {mail.subject}", f"Received: {mail.received_at:%d %B %Y, %H:%M} UTC"]
    lines += [
        f"File: {one.name or 'without a name'}, {one.size} bytes: {settings.SITE_URL}{one.get_absolute_url()}"
        for one in attachments
    ]
    return "\n".join([*lines, "", mail.body])


# -- reminders, housekeeping ------------------------------------------------------------------------


@transaction.atomic
def remind() -> Event | None:
    """Remind the admins of mail that waits longer than it should, once a day; None when there is no reason to."""
    at = clock.now()
    oldest = queries.oldest_waiting()
    if oldest is None or oldest.received_at > at - timedelta(hours=settings.INBOX_REMIND_HOURS):
        return None
    locked([oldest.pk])  # two jobs at once remind once
    if queries.was_reminded(at - ONCE_A_DAY):
        return None
    return record(InboxEvent.REMINDED, target=INBOX, by=None, at=at)


def delete_old(at: datetime) -> int:
    """Delete discarded mail and noise after INBOX_KEEP_DAYS, with its files; return how many there were."""
    deleted, last = 0, BATCH_SIZE
    while last == BATCH_SIZE:
        last = _delete_batch(at - timedelta(days=settings.INBOX_KEEP_DAYS))
        deleted += last
    return deleted


@transaction.atomic
def _delete_batch(before: datetime) -> int:
    rows = queries.to_delete(before).select_for_update(of=("self",)).only("pk").order_by("pk")[:BATCH_SIZE]
    keys = [mail.pk for mail in rows]
    if not keys:
        return 0
    attachments = IncomingAttachment.objects.system("housekeeping deletes what is over").filter(mail__in=keys)
    for key in attachments.values_list("pk", flat=True):
        after_commit(files.remove, key)
    attachments.delete()
    IncomingMail.objects.system("housekeeping deletes what is over").filter(pk__in=keys).delete()
    record(InboxEvent.DELETED, target=INBOX, by=None, mails=len(keys))
    return len(keys)
