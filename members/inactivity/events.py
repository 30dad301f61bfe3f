"""Audit events about the inactivity review.

The target is the review unless a comment names another row.
"""

from enum import StrEnum


class InactivityEvent(StrEnum):
    """Kinds of audit events about the inactivity review."""

    ANNOUNCED = "inactivity:announced"
    ACTIVITY_NOTED = "inactivity:activity_noted"  # the note
    ANSWERED = "inactivity:answered"  # the entry
    CREDITS_ASKED = "inactivity:credits_asked"  # the admin who asked
    CREDITS_READ = "inactivity:credits_read"  # the source
    DECIDED = "inactivity:decided"  # the decision
    GENERATED = "inactivity:generated"
    NOTE_WITHDRAWN = "inactivity:note_withdrawn"  # the note
    NOTICED = "inactivity:noticed"  # the entry
    REMINDED = "inactivity:reminded"  # the entry
    SENT = "inactivity:sent"
