"""Verbs of this app."""

from members.channels.workflow.accounts import has_noted_accounts, note_account, write_account
from members.channels.workflow.channels import move_channel_up, retire_channel, save_channel

__all__ = ["has_noted_accounts", "move_channel_up", "note_account", "retire_channel", "save_channel", "write_account"]
