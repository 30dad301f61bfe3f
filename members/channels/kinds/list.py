"""A list that no connector reads: admins add as many as they need, and paste what is on them."""

from __future__ import annotations

from members.channels.kinds.base import Kind

KIND = Kind(
    value="list",
    label="Another list",
    first=None,
    account_help="The address or name that is on the list. Empty: the address they sign in with, or their name.",
    lists_addresses=True,
    lists_names=True,
)
