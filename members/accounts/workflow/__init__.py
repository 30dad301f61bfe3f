"""The verbs of this app."""

from members.accounts.workflow.access import (
    change_password,
    close,
    empty,
    end_other_sessions,
    end_sessions,
    lock_out,
    may_confirm,
    may_finish,
)
from members.accounts.workflow.changing import note_address_change, stop_address_change
from members.accounts.workflow.confirming import confirm_addresses, confirm_on_server, refuse_addresses
from members.accounts.workflow.factors import reencrypt_factors, spend_code
from members.accounts.workflow.housekeeping import forget_sessions
from members.accounts.workflow.inviting import (
    NamedAddress,
    accept_invitation,
    hand_in,
    invite,
    remind_of_factor,
    revoke,
    revoke_all,
    send_again,
)
from members.accounts.workflow.suspending import end_suspension, finish_suspension, require_who_ends, suspend

__all__ = [
    "NamedAddress",
    "accept_invitation",
    "change_password",
    "close",
    "confirm_addresses",
    "confirm_on_server",
    "empty",
    "end_other_sessions",
    "end_sessions",
    "end_suspension",
    "finish_suspension",
    "forget_sessions",
    "hand_in",
    "invite",
    "lock_out",
    "may_confirm",
    "may_finish",
    "note_address_change",
    "reencrypt_factors",
    "refuse_addresses",
    "remind_of_factor",
    "require_who_ends",
    "revoke",
    "revoke_all",
    "send_again",
    "spend_code",
    "stop_address_change",
    "suspend",
]
