"""Verbs of this app."""

from members.drift.workflow.applying import (
    ChannelPlan,
    Proposal,
    confirm_apply,
    make_change,
    obstacle_to_apply,
    plan,
    review_apply,
)
from members.drift.workflow.checking import connected_channels, paste_list, request_check, run_check

__all__ = [
    "ChannelPlan",
    "Proposal",
    "confirm_apply",
    "connected_channels",
    "make_change",
    "obstacle_to_apply",
    "paste_list",
    "plan",
    "request_check",
    "review_apply",
    "run_check",
]
