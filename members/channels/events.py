"""Audit events about channels and the accounts noted in them.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class ChannelEvent(StrEnum):
    """What the audit log can say about channels and the accounts noted in them."""

    ACCOUNT_NOTED = "person:account_noted"  # the person; in which channel stands in the data
    RETIRED = "channel:retired"
    SAVED = "channel:saved"
