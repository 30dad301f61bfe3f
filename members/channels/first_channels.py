"""The channels that every installation starts with."""

from __future__ import annotations

from typing import Any

#: Name, kind, position, instructions for letting somebody in, and for letting somebody out.
FIRST_CHANNELS = [
    (
        "Portal login",
        "login",
        10,
        "The portal checks this off itself: the person has a login with a second factor.",
        "The portal closes the login when the offboarding begins.",
    ),
    (
        "GitHub team",
        "github",
        20,
        "Add the account to the team of the organisation. Who is not in the organisation has to accept an invitation.",
        "Take the account off the team of the organisation, and take back an invitation that is open.",
    ),
    (
        "Mailing list",
        "mailman",
        30,
        "Subscribe the address without asking for a confirmation.",
        "Unsubscribe every address of theirs, and take them off the moderators and owners of the list.",
    ),
    (
        "Chat",
        "discord",
        40,
        "Give the account the team’s role.",
        "Take the team’s role away from the account.",
    ),
]


def write_first_channels(channels: Any) -> None:
    """Create these channels; `channels` is the manager of a migration's model, or of the model itself."""
    for name, kind, position, to_let_in, to_let_out in FIRST_CHANNELS:
        channels.create(name=name, kind=kind, position=position, to_let_in=to_let_in, to_let_out=to_let_out)
