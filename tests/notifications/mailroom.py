"""Deliver mails, and read recipients and texts from the messages themselves."""

from __future__ import annotations

import re
from email.message import Message
from enum import StrEnum

from django.core import mail
from django.core.mail import EmailMessage

from audit import clock
from audit.models import Event, label
from members.accounts import workflow as accounts
from members.accounts.models import Invitation
from members.people.models import Person, Preferences
from members.people.policy import Actor
from notifications import tasks
from notifications.enums import Mail, Rhythm
from notifications.kinds import TOPICS
from notifications.models import Delivery, MailChoice, Notice


def invite(person: Person, *, email: str, by: Actor | None) -> Invitation:
    """Invite somebody, and tell nobody but them: an event with one notice to one recipient."""
    invitation = accounts.invite(person, email=email, by=by)
    Notice.objects.filter(event__target=label(invitation)).exclude(mail=Mail.INVITATION).delete()
    return invitation


def wants_daily(person: Person, time_zone: str = "UTC") -> None:
    """Let somebody have chosen everything that can come once a day, in their time zone."""
    Preferences.objects.create(person=person, time_zone=time_zone)
    daily = [topic for topic, traits in TOPICS.items() if Rhythm.DAILY in traits.rhythms]
    MailChoice.objects.bulk_create([MailChoice(person=person, topic=topic, rhythm=Rhythm.DAILY) for topic in daily])


def deliver() -> list[EmailMessage]:
    """Run the sweep until nothing is due, and return the messages it sent."""
    before = len(mail.outbox)
    while Notice.objects.waiting(clock.now()).exists() or Delivery.objects.due(clock.now()).exists():
        tasks.deliver_due_notices()
    return mail.outbox[before:]


def deliver_only(kind: StrEnum) -> list[EmailMessage]:
    """Deliver the mails of the latest event of this kind, and none of the events that led to it."""
    event = Event.objects.filter(kind=kind).latest("at")
    Notice.objects.exclude(event=event).delete()
    return deliver()


def messages_of(notice: Notice) -> list[EmailMessage]:
    """Return the messages of one notice, found by Message-ID."""
    ids = set(notice.deliveries.values_list("message_id", flat=True))
    return [message for message in mail.outbox if message.extra_headers["Message-ID"] in ids]


def told(kind: StrEnum) -> dict[str, set[str]]:
    """Return the recipients of the latest event of this kind, by kind of mail: addresses without ``@example.org``."""
    event = Event.objects.filter(kind=kind).latest("at")
    return {
        notice.mail: {message.to[0].removesuffix("@example.org") for message in messages_of(notice)}
        for notice in event.notices.all()
    }


def everything_in(message: EmailMessage) -> str:
    """Return headers and bodies as one text, without their transfer encoding."""
    parts = message.message().walk()
    texts = [payload_of(part) for part in parts if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in message.message().items()), *texts])


def payload_of(part: Message) -> str:
    """Return the text of one part."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def links_in(message: EmailMessage) -> list[str]:
    """Return every address in the text part; the HTML part repeats the same one."""
    return re.findall(r"https?://\S+", str(message.body))


def html_of(message: EmailMessage) -> str:
    """Return the HTML part."""
    [(html, kind)] = message.alternatives  # type: ignore[attr-defined]
    assert kind == "text/html"
    return str(html)


def roll_in(message: EmailMessage) -> list[str]:
    """Return the lines of the roll, from which the hash can be computed."""
    return [line for line in str(message.body).splitlines() if re.match(r"[0-9a-f]{8}-", line)]
