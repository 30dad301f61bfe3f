"""What can happen to a mail by somebody's hand, as the audit log names it.

That a mail was sent, dropped or refused is no event: its `Delivery` says so.
"""

from enum import StrEnum


class NotificationEvent(StrEnum):
    DELIVERY_RETRIED = "delivery:retried"
