"""Audit events about the inactivity review.

The target is the review unless a comment names another row.
"""

from enum import StrEnum


class InactivityEvent(StrEnum):
    """Kinds of audit events about the inactivity review."""

    ANNOUNCED = "inactivity:announced"
    ANSWERED = "inactivity:answered"  # the entry
    DECIDED = "inactivity:decided"  # the decision
    GENERATED = "inactivity:generated"
    NOTICED = "inactivity:noticed"  # the entry
    REMINDED = "inactivity:reminded"  # the entry
    SENT = "inactivity:sent"
