"""Compose the message of a delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.contents.advisories import flood_facts
from notifications.mails import Route
from notifications.models import Delivery
from notifications.recipients import Recipient

#: RFC 3834: says to other programs that nobody wrote this and nobody reads an automatic answer.
AUTO_SUBMITTED = "auto-generated"
#: The folder of the mail that is made of others. No route leads to it, nor to the next one.
DIGEST = "digest"
#: The folder of the mail that sums up news from outside when there is much of it.
FLOOD = "flood"


def compose(delivery: Delivery, recipient: Recipient, route: Route) -> EmailMultiAlternatives:
    """Return the message of one delivery; tried again, it is the same message to every mail program."""
    path = route.link(delivery.notice.event) if route.is_direct else link_of(delivery)
    context = {"link": settings.SITE_URL + path, **route.facts(delivery.notice.event)}
    return _message(delivery, recipient, route.mail, context, is_plain=route.is_plain)


def compose_digest(carrier: Delivery, recipient: Recipient, told: Sequence[Delivery]) -> EmailMultiAlternatives:
    """Return one message about everything in `told`: a link a line, and no fact beside it; of a flood the numbers."""
    if carrier.is_flood:
        return _message(carrier, recipient, FLOOD, flood_facts([one.notice.event for one in told]), is_plain=False)
    links = [settings.SITE_URL + link_of(delivery) for delivery in told]
    facts = {"links": links, "link": settings.SITE_URL + reverse("dashboard")}
    return _message(carrier, recipient, DIGEST, facts, is_plain=False)


def _message(
    delivery: Delivery, recipient: Recipient, mail: str, facts: Mapping[str, object], *, is_plain: bool
) -> EmailMultiAlternatives:
    context = {
        "team": settings.PORTAL_NAME,
        "site_url": settings.SITE_URL,
        "security_address": settings.SECURITY_ADDRESS,
        **facts,
    }
    folder = f"emails/{mail}"
    message = EmailMultiAlternatives(
        # A line break in a subject would begin another header.
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
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
