"""Compose the message of a delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from notifications.contents.advisories import flood_facts
from notifications.enums import Topic
from notifications.kinds import TOPICS, NewsKind, kind_of
from notifications.mails import Route
from notifications.models import Delivery
from notifications.recipients import Recipient
from notifications.routes import route_of

#: RFC 3834: says to other programs that nobody wrote this and nobody reads an automatic answer.
AUTO_SUBMITTED = "auto-generated"
#: The folder of the mail that is made of others. No route leads to it, nor to the next one.
DIGEST = "digest"
#: The folder of the mail that sums up news from outside when there is much of it.
FLOOD = "flood"


def compose(delivery: Delivery, recipient: Recipient, route: Route) -> EmailMultiAlternatives:
    """Return the message of one delivery; tried again, it is the same message to every mail program."""
    event = delivery.notice.event
    path = route.link(event) if route.is_direct else link_of(delivery)
    kind, facts = kind_of(route.mail, event.kind), route.facts(event)
    context = {"link": settings.SITE_URL + path, "title": kind.title, "to_do": kind.to_do, **facts}
    subject = subject_of(kind, route.mail, facts)
    return _message(delivery, recipient, route.mail, subject, context, is_plain=route.is_plain)


def subject_of(kind: NewsKind, mail: str, facts: Mapping[str, object]) -> str:
    """Return the subject: the number of the vote, what it is, and until when, as far as there is one of each."""
    if kind.has_own_subject:
        return _line(render_to_string(f"emails/{mail}/subject.txt", {"team": settings.PORTAL_NAME, **facts}))
    title, until, reference = kind.title, facts.get("until"), facts.get("reference")
    if kind.until and isinstance(until, datetime):
        title = f"{title} {kind.until} {date_format(until.astimezone(UTC), 'j F')}"
    return f"{reference}: {title[0].lower()}{title[1:]}" if reference else title


def compose_digest(carrier: Delivery, recipient: Recipient, told: Sequence[Delivery]) -> EmailMultiAlternatives:
    """Return one message about everything in `told`: what it is and a link to each; of a flood the numbers."""
    if carrier.is_flood:
        facts = flood_facts([one.notice.event for one in told])
        return _message(carrier, recipient, FLOOD, _line(str(facts["news"])).capitalize(), facts, is_plain=False)
    lines = [(_title_in_digest(one), settings.SITE_URL + link_of(one)) for one in told]
    context = {"lines": lines, "link": settings.SITE_URL + reverse("dashboard")}
    return _message(carrier, recipient, DIGEST, _subject_of_digest(told), context, is_plain=False)


def _title_in_digest(delivery: Delivery) -> str:
    route = route_of(delivery.notice)
    event = delivery.notice.event
    kind = kind_of(delivery.notice.mail, event.kind)
    return subject_of(kind, delivery.notice.mail, route.facts(event)) if route else kind.title


def _subject_of_digest(told: Sequence[Delivery]) -> str:
    """Return what there is news of, each topic once, and not how much: how many reports there are is private."""
    topics = {kind_of(one.notice.mail, one.notice.event.kind).topic for one in told}
    names = [TOPICS[topic].news for topic in Topic if topic in topics]
    return f"Your day: {', '.join(names)}"


def _line(text: str) -> str:
    """Return `text` as one line: a line break in a subject would begin another header."""
    return " ".join(text.split())


def _message(
    delivery: Delivery, recipient: Recipient, mail: str, subject: str, facts: Mapping[str, object], *, is_plain: bool
) -> EmailMultiAlternatives:
    context = {
        "team": settings.PORTAL_NAME,
        "site_url": settings.SITE_URL,
        "security_address": settings.SECURITY_ADDRESS,
        "reply_address": settings.REPLY_ADDRESS,
        **facts,
    }
    folder = f"emails/{mail}"
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        to=[recipient.address],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": AUTO_SUBMITTED},
    )
    if not is_plain:
        message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return message


def link_of(delivery: Delivery) -> str:
    """Return the opaque path that a private mail carries."""
    return reverse("notifications:open", args=[delivery.notice_id])
