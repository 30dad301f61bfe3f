"""A list of Mailman 3."""

from __future__ import annotations

from django.core.validators import validate_email

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="mailman",
    label="Mailing list",
    first=FirstChannel(
        "Mailing list",
        30,
        to_let_in="Subscribe the address without asking for a confirmation.",
        to_let_out="Unsubscribe every address of theirs, and take them off the moderators and owners of the list.",
    ),
    account_help="The address that is subscribed. Empty: the address they sign in with.",
    validators=(validate_email,),
    lists_addresses=True,
)
