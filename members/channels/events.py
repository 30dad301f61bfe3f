"""Audit events about channels and the accounts noted in them.

The target is the channel unless a comment names another row.
"""

from enum import StrEnum


class ChannelEvent(StrEnum):
    """Kinds of audit events about channels and the accounts noted in them."""

    ACCOUNT_NOTED = "person:account_noted"  # the person; the data has the channel
    RETIRED = "channel:retired"
    SAVED = "channel:saved"
