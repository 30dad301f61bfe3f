"""The verbs of this app."""

from members.accounts.workflow.access import close, forget_factors, lock_out
from members.accounts.workflow.changing import note_address_change, stop_address_change
from members.accounts.workflow.confirming import confirm_addresses, confirm_on_server, refuse_addresses
from members.accounts.workflow.inviting import NamedAddress, accept_invitation, hand_in, invite, revoke
from members.accounts.workflow.profile import change_profile, export_own_data
from members.accounts.workflow.suspending import end_suspension, suspend

__all__ = [
    "NamedAddress",
    "accept_invitation",
    "change_profile",
    "close",
    "confirm_addresses",
    "confirm_on_server",
    "end_suspension",
    "export_own_data",
    "forget_factors",
    "hand_in",
    "invite",
    "lock_out",
    "note_address_change",
    "refuse_addresses",
    "revoke",
    "stop_address_change",
    "suspend",
]
