"""Audit events about the inactivity review.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class InactivityEvent(StrEnum):
    """What the audit log can say about the inactivity review."""

    ANNOUNCED = "inactivity:announced"
    ANSWERED = "inactivity:answered"  # the entry
    DECIDED = "inactivity:decided"  # the decision
    GENERATED = "inactivity:generated"
    NOTICED = "inactivity:noticed"  # the entry
    REMINDED = "inactivity:reminded"  # the entry
    SENT = "inactivity:sent"
