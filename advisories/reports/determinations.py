"""What follows from each determination, in one table. Pure: no database.

Developer's guide, "Triaging a vulnerability report" and the bot's title tags: a report is finished as a non-issue, with
a public issue, or with an advisory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from advisories.reports.enums import Determination


class FinishedState(StrEnum):
    """The finished states of the developer's guide."""

    NON_ISSUE = "Non-issue"
    PUBLIC_ISSUE = "Public issue opened"
    ADVISORY = "Advisory published"


@dataclass(frozen=True)
class DeterminationKind:
    """One determination: where it ends, the guide's tag, what it means, what the button says, and what happens."""

    finished: FinishedState
    tag: str
    """In the title of a ticket on GitHub, where the team's bot reads it."""
    consequence: str
    button: str
    effect: str
    is_told: bool = True
    """The reporter is told of it."""


_NON, _ISSUE, _ADVISORY = FinishedState.NON_ISSUE, FinishedState.PUBLIC_ISSUE, FinishedState.ADVISORY
_CLOSED = "The report is closed"

KINDS: Mapping[Determination, DeterminationKind] = {
    Determination.VULNERABILITY: DeterminationKind(
        _ADVISORY, "COMPLETED", "Fixed in private, with an advisory and a CVE ID.",
        "Accept as a vulnerability", "Remediation begins; the report stays open until its advisory is public",
    ),
    Determination.HARDENING: DeterminationKind(
        _ISSUE, "CLOSED", "Worth a change, but an attacker gains nothing. Public issue, no CVE ID.",
        "Close as hardening", f"{_CLOSED} as hardening, with a link to its public issue",
    ),
    Determination.ORDINARY_BUG: DeterminationKind(
        _ISSUE, "CLOSED", "A bug, but no vulnerability. Public issue.",
        "Close as an ordinary bug", f"{_CLOSED} as an ordinary bug, with a link to its public issue",
    ),
    Determination.PRERELEASE: DeterminationKind(
        _ISSUE, "CLOSED", "Not in a stable release. No CVE ID; public issue.",
        "Close as prerelease or experimental",
        f"{_CLOSED} as a prerelease or experimental feature, with a link to its public issue",
    ),
    Determination.NOT_A_BUG: DeterminationKind(
        _NON, "CLOSED", "It works as it is meant to.",
        "Close as not a bug", f"{_CLOSED} as not a bug",
    ),
    Determination.DUPLICATE: DeterminationKind(
        _NON, "DUPLICATE", "Reported before. The reporter keeps the credit, and hears when the original is public.",
        "Close as a duplicate", f"{_CLOSED} and listed on its original, with its own duplicates",
    ),
    Determination.FORWARDED: DeterminationKind(
        _NON, "CLOSED", "It belongs to another project. Stays open until their answer or silence is recorded.",
        "Forward the report", "The report waits for the maintainers, and its 90 days go on",
    ),
    Determination.INVALID: DeterminationKind(
        _NON, "INVALID", "The claim does not hold or cannot be repeated.",
        "Close as invalid", f"{_CLOSED} as invalid",
    ),
    Determination.DISCARDED: DeterminationKind(
        _NON, "INVALID", "No potential vulnerability at all: spam, compliance, due diligence. No reply.",
        "Discard without a reply", "The report is discarded; nobody outside is told", is_told=False,
    ),
}  # fmt: skip
