"""The portal itself, which checks its steps off without anybody."""

from __future__ import annotations

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="login",
    label="Portal login",
    first=FirstChannel(
        "Portal login",
        10,
        to_let_in="The portal checks this off itself: the person has a login with a second factor.",
        to_let_out="The portal closes the login when the offboarding begins.",
    ),
)
