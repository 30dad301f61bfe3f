"""A team on GitHub. The account belongs to the person, so none is noted."""

from __future__ import annotations

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="github",
    label="GitHub team",
    first=FirstChannel(
        "GitHub team",
        20,
        to_let_in=(
            "Add the account to the team of the organisation. "
            "Who is not in the organisation has to accept an invitation."
        ),
        to_let_out="Take the account off the team of the organisation, and take back an invitation that is open.",
    ),
)
