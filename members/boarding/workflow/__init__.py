"""Verbs of this app."""

from members.boarding.workflow.offboarding import (
    begin_offboarding,
    finish_offboarding,
    missing_for_the_end,
    offboard,
    remind_offboarding,
    resign,
    tick_offboarding,
)
from members.boarding.workflow.onboarding import (
    accept_responsibilities,
    begin_onboarding,
    cancel_onboarding,
    complete_onboarding,
    missing_for_completion,
    remind_onboarding,
    tick_onboarding,
    waits_for_admin,
)

__all__ = [
    "accept_responsibilities",
    "begin_offboarding",
    "begin_onboarding",
    "cancel_onboarding",
    "complete_onboarding",
    "finish_offboarding",
    "missing_for_completion",
    "missing_for_the_end",
    "offboard",
    "remind_offboarding",
    "remind_onboarding",
    "resign",
    "tick_offboarding",
    "tick_onboarding",
    "waits_for_admin",
]
