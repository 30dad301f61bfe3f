"""Reads of the inbox: its lists, mail of the same text, and what a mail seems to belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from advisories.inbox.enums import Handling
from advisories.inbox.events import INBOX, InboxEvent
from advisories.inbox.models import IncomingMail, IncomingMailQuerySet
from advisories.reports.models import Report
from audit.models import Event, label
from members.people.policy import Actor

#: Handled mail stays visible below the list for so long; the list of handled mail has all of it.
LATELY = timedelta(days=2)
LATELY_MOST = 20

_REFERENCE = re.compile(r"\bR-[2-9A-Z]{6}\b", re.IGNORECASE)
_GHSA = re.compile(r"\bGHSA(?:-[0-9a-z]{4}){3}\b", re.IGNORECASE)


def waiting_mail(actor: Actor, search: str = "") -> IncomingMailQuerySet:
    """Return the mail that waits, oldest last, each text once."""
    return _matching(IncomingMail.objects.visible_to(actor).new().firsts(), search)


def apart(actor: Actor, search: str = "") -> IncomingMailQuerySet:
    """Return bounces, the portal's own mail and loops."""
    return _matching(IncomingMail.objects.visible_to(actor).noise(), search)


def handled_mail(actor: Actor, search: str = "") -> IncomingMailQuerySet:
    """Return what somebody has handled, the latest act first."""
    rows = _matching(IncomingMail.objects.visible_to(actor).handled(), search)
    return rows.select_related("handled_by", "report").order_by("-handled_at", "-id")


def handled_lately(actor: Actor, now: datetime) -> list[IncomingMail]:
    """Return the mail that was handled within `LATELY`, at most `LATELY_MOST`, without its text."""
    return list(handled_mail(actor).filter(handled_at__gt=now - LATELY).defer("body")[:LATELY_MOST])


def _matching(rows: IncomingMailQuerySet, search: str) -> IncomingMailQuerySet:
    if not search:
        return rows
    fields = ("subject", "from_name", "from_address", "body")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": search})
    return rows.filter(found)


def mail_by_id(actor: Actor, pk: UUID) -> IncomingMail | None:
    """Return one mail with what its page shows; None for one that is not visible."""
    return IncomingMail.objects.visible_to(actor).select_related("handled_by", "report").filter(pk=pk).first()


def of_the_same_text(mail: IncomingMail) -> list[IncomingMail]:
    """Return the other mail of the same text that waits."""
    rows = IncomingMail.objects.system("mail of the same text is one row").new().exclude(pk=mail.pk)
    return list(rows.filter(text_mark=mail.text_mark).defer("body").order_by("received_at", "id"))


def with_the_same_text(actor: Actor, keys: Iterable[UUID]) -> list[IncomingMail]:
    """Return the waiting mail that the rows with these keys stand for: each with all mail of its text.

    Raises `LookupError` if a key is that of no mail that waits and the actor may see: then none of them is handled.
    """
    wanted = frozenset(keys)
    chosen = IncomingMail.objects.visible_to(actor).filter(handling="", pk__in=wanted)
    marks = dict(chosen.values_list("pk", "text_mark"))
    if not wanted or marks.keys() != wanted:
        raise LookupError("a mail that is not there")
    same = Q(text_mark__in=marks.values()) & Q(pk__in=IncomingMail.objects.visible_to(actor).new().values("pk"))
    rows = IncomingMail.objects.visible_to(actor).filter(Q(pk__in=wanted) | same, handling="")
    return list(rows.defer("body").order_by("received_at", "id"))


def copies(mails: Sequence[IncomingMail]) -> Mapping[str, int]:
    """Return by its mark how many waiting mails have the text of each of `mails`."""
    rows = IncomingMail.objects.system("mail of the same text is one row").new()
    counted = rows.filter(text_mark__in=[mail.text_mark for mail in mails]).order_by().values("text_mark")
    return dict(counted.annotate(number=Count("pk")).values_list("text_mark", "number"))


@dataclass(frozen=True)
class Subjects:
    """What a mail names or answers, as far as the reader may see it."""

    named: Report | None = None
    """The report whose reference stands in the subject."""
    thread: Report | None = None
    """The report of the mail that it answers."""
    ghsa: str = ""
    """The first advisory of GitHub that it names."""


def subjects_of(actor: Actor, mails: Sequence[IncomingMail]) -> Mapping[UUID, Subjects]:
    """Return what each of `mails` names or answers: two queries, however many there are."""
    references = {mail.pk: match[0].upper() for mail in mails if (match := _REFERENCE.search(mail.subject))}
    visible = Report.objects.visible_to(actor)
    reports = {one.reference: one for one in visible.listed().filter(reference__in=references.values())}
    answered = {message_id for mail in mails for message_id in mail.thread}
    earlier = IncomingMail.objects.visible_to(actor).filter(message_id__in=answered, report__isnull=False)
    threads = {one.message_id: one.report for one in earlier.select_related("report")}
    return {
        mail.pk: Subjects(
            named=reports.get(references.get(mail.pk, "")),
            thread=next((threads[key] for key in reversed(mail.thread) if key in threads), None),
            ghsa=match[0].upper() if (match := _GHSA.search(f"{mail.subject}\n{mail.body}")) else "",
        )
        for mail in mails
    }


def has_read(mail: IncomingMail, by: Actor, at: datetime) -> bool:
    """Return whether it is recorded that the actor read the mail on the day (UTC) of `at`."""
    today = datetime.combine(at.date(), datetime.min.time(), UTC)
    events = Event.objects.filter(target=label(mail), kind=InboxEvent.READ, actor=label(by.person), at__gte=today)
    return events.exists()


def oldest_waiting() -> IncomingMail | None:
    """Return the mail that has waited longest, without its text."""
    rows = IncomingMail.objects.system("admins are reminded of it").new()
    return rows.defer("body").order_by("received_at", "id").first()


def was_reminded(since: datetime) -> bool:
    """Return whether admins were reminded of the inbox at `since` or later."""
    return Event.objects.filter(target=INBOX, kind=InboxEvent.REMINDED, at__gte=since).exists()


def due_to_settle(at: datetime) -> list[UUID]:
    """Return the mail whose handling is to be carried out, longest waiting first."""
    rows = IncomingMail.objects.system("what was decided is carried out").to_settle(at)
    return list(rows.order_by("settles_at", "id").values_list("pk", flat=True))


def to_delete(before: datetime) -> IncomingMailQuerySet:
    """Return the discarded mail that was settled before this, and noise that arrived before it."""
    rows = IncomingMail.objects.system("housekeeping deletes what is over")
    discarded = Q(handling=Handling.DISCARDED, settled_at__lt=before)
    noise = Q(pk__in=rows.noise().filter(received_at__lt=before).values("pk"))
    return rows.filter(discarded | noise)
