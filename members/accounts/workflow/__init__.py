"""The verbs of this app."""

from members.accounts.workflow.access import close
from members.accounts.workflow.inviting import accept_invitation, invite, revoke
from members.accounts.workflow.profile import change_profile, export_own_data
from members.accounts.workflow.suspending import end_suspension, suspend

__all__ = [
    "accept_invitation",
    "change_profile",
    "close",
    "end_suspension",
    "export_own_data",
    "invite",
    "revoke",
    "suspend",
]
