"""Events of this app in the audit log.

That a mail was sent, dropped or refused is no event: its `Delivery` says so.
"""

from enum import StrEnum


class NotificationEvent(StrEnum):
    """Acts of people on mails, and of the operator on all mail."""

    DELIVERY_RETRIED = "delivery:retried"
    PAUSED = "mail:paused"
    RESUMED = "mail:resumed"
