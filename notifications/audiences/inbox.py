"""Audiences of incoming mail."""

from __future__ import annotations

from advisories.inbox import policy as inbox
from advisories.inbox.enums import Handling
from audit.models import Event
from notifications.audiences.people import People
from notifications.queries import incoming_of
from notifications.recipients import SENDER_PREFIX, Recipient


def who_handles(_event: Event) -> People:
    """Return the people who may see the inbox."""
    return inbox.POLICY.people_who(inbox.Action.SEE)


def answered_sender(event: Event) -> list[Recipient]:
    """Return the sender of a mail that an admin answered, at the address in the mail."""
    mail = incoming_of(event)
    if mail.handling != Handling.ANSWERED or mail.settled_at is None or not mail.from_address:
        return []
    return [Recipient(f"{SENDER_PREFIX}{mail.pk}", mail.from_address)]


def told_sender(event: Event) -> list[Recipient]:
    """Return the sender of a mail that became a report, if an admin lets them be told its number."""
    mail = incoming_of(event)
    if not mail.tells_sender or mail.report_id is None or not mail.from_address:
        return []
    return [Recipient(f"{SENDER_PREFIX}{mail.pk}", mail.from_address)]
