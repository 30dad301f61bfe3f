"""Accounts at CVE Services, by which the team's CNA reserves and publishes CVE IDs.

Accounts that nobody uses have to be switched off in time (CNA rules 4.0.0, 3.2.1.2), so leaving has this step.
"""

from __future__ import annotations

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="cve",
    label="CVE Services account",
    first=FirstChannel(
        "CVE Services",
        50,
        to_let_in=(
            "Only for members who reserve or publish CVE IDs. An administrator of the CNA creates the user at "
            "CVE Services. For everybody else choose “Not needed”."
        ),
        to_let_out=(
            "An administrator of the CNA makes the user inactive and resets the API key. "
            "Choose “Not needed” if they never had an account."
        ),
    ),
    account_help="The user name at CVE Services, usually an address.",
)
