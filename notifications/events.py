"""Events of this app in the audit log.

That a mail was sent, dropped or refused is no event: its `Delivery` says so.
"""

from enum import StrEnum


class NotificationEvent(StrEnum):
    """Acts of people on mails."""

    DELIVERY_RETRIED = "delivery:retried"
