"""Phases of this app's things."""

from __future__ import annotations

from enum import StrEnum


class InvitationPhase(StrEnum):
    """The state of an invitation at one moment."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


#: The phases in which nobody has used or withdrawn it; the next invitation of the same person revokes it.
PENDING = frozenset({InvitationPhase.OPEN, InvitationPhase.EXPIRED})
