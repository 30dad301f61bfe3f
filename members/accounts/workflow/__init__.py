"""The verbs of this app."""

from members.accounts.workflow.access import change_password, close, end_other_sessions, end_sessions, may_finish
from members.accounts.workflow.factors import reencrypt_factors, spend_code
from members.accounts.workflow.inviting import accept_invitation, invite, revoke
from members.accounts.workflow.profile import change_profile, export_own_data
from members.accounts.workflow.suspending import end_suspension, suspend

__all__ = [
    "accept_invitation",
    "change_password",
    "change_profile",
    "close",
    "end_other_sessions",
    "end_sessions",
    "end_suspension",
    "export_own_data",
    "invite",
    "may_finish",
    "reencrypt_factors",
    "revoke",
    "spend_code",
    "suspend",
]
