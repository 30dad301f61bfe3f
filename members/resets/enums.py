"""The phases of a request for a reset."""

from __future__ import annotations

from enum import StrEnum


class ResetPhase(StrEnum):
    """The state of a request for a reset at one moment."""

    ASKED = "asked"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    STOPPED = "stopped"
    EXPIRED = "expired"
