"""The verbs of this app."""

from members.accounts.workflow.access import close
from members.accounts.workflow.changing import note_address_change, stop_address_change
from members.accounts.workflow.confirming import confirm_addresses, confirm_on_server, refuse_addresses
from members.accounts.workflow.inviting import NamedAddress, accept_invitation, hand_in, invite, revoke
from members.accounts.workflow.profile import change_profile, export_own_data
from members.accounts.workflow.resetting import (
    ask_for_reset,
    begin_reset,
    confirm_reset,
    propose_reset,
    refuse_reset,
    reset_on_server,
    stop_reset,
)
from members.accounts.workflow.suspending import end_suspension, suspend

__all__ = [
    "NamedAddress",
    "accept_invitation",
    "ask_for_reset",
    "begin_reset",
    "change_profile",
    "close",
    "confirm_addresses",
    "confirm_on_server",
    "confirm_reset",
    "end_suspension",
    "export_own_data",
    "hand_in",
    "invite",
    "note_address_change",
    "propose_reset",
    "refuse_addresses",
    "refuse_reset",
    "reset_on_server",
    "revoke",
    "stop_address_change",
    "stop_reset",
    "suspend",
]
