"""A role on a Discord server."""

from __future__ import annotations

from django.core.validators import RegexValidator

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="discord",
    label="Discord role",
    first=FirstChannel(
        "Chat",
        40,
        to_let_in="Give the account the team’s role.",
        to_let_out="Take the team’s role away from the account.",
    ),
    account_help="The number of their account, 17 to 20 digits (“Copy User ID” in Discord), not the name.",
    validators=(RegexValidator(r"\A[0-9]{1,20}\Z", "Write the number of the account: digits only."),),
)
