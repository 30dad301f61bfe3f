"""Verbs of this app."""

from members.drift.workflow.applying import confirm_apply, make_change
from members.drift.workflow.checking import follow_up, paste_list, request_check, run_check

__all__ = ["confirm_apply", "follow_up", "make_change", "paste_list", "request_check", "run_check"]
