"""Audit events about drift checks and ordered changes.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class DriftEvent(StrEnum):
    """Kinds of audit events about drift checks and ordered changes."""

    APPLY_CONFIRMED = "drift:apply_confirmed"
    CHANGED = "drift:changed"  # checked, and it found something else than the check before
    CHANGE_FAILED = "drift:change_failed"
    CHANGE_MADE = "drift:change_made"
    CHECKED = "drift:checked"
    CHECK_REQUESTED = "drift:requested"
