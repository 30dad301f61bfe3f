"""Audit events about onboarding and offboarding.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class BoardingEvent(StrEnum):
    """Kinds of audit events about onboarding and offboarding."""

    MEMORIAL_CONFIRMED = "memorial:confirmed"
    MEMORIAL_RECORDED = "memorial:recorded"
    MEMORIAL_UNDONE = "memorial:undone"
    OFFBOARDING_BEGAN = "offboarding:began"
    OFFBOARDING_FINISHED = "offboarding:finished"
    OFFBOARDING_REMINDED = "offboarding:reminded"
    OFFBOARDING_STEP = "offboarding:step"
    ONBOARDING_BEGAN = "onboarding:began"
    ONBOARDING_CANCELLED = "onboarding:cancelled"
    ONBOARDING_COMPLETED = "onboarding:completed"
    ONBOARDING_REMINDED = "onboarding:reminded"
    ONBOARDING_STEP = "onboarding:step"
