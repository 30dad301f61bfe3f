"""From a delivery to the message that is sent."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.models import Delivery
from notifications.recipients import Recipient
from notifications.routes import Route

#: RFC 3834: says to other programs that nobody wrote this and nobody reads an automatic answer.
AUTO_SUBMITTED = "auto-generated"


def compose(delivery: Delivery, recipient: Recipient, route: Route) -> EmailMultiAlternatives:
    """One message to one recipient; tried again, it is the same message to every mail program."""
    path = route.link(delivery.notice.event) if route.is_direct else link_of(delivery)
    context = {
        "link": settings.SITE_URL + path,
        "team": settings.PORTAL_NAME,
        "site_url": settings.SITE_URL,
        **route.facts(delivery.notice.event),
    }
    folder = f"emails/{route.mail}"
    message = EmailMultiAlternatives(
        # A line break in a subject would begin another header.
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        body=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        to=[recipient.address],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": AUTO_SUBMITTED},
    )
    if not route.is_plain:
        message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return message


def link_of(delivery: Delivery) -> str:
    """The opaque path that a private mail carries."""
    return reverse("notifications:open", args=[delivery.notice_id])
