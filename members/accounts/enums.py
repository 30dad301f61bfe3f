"""Phases of this app's things."""

from __future__ import annotations

from enum import StrEnum


class InvitationPhase(StrEnum):
    """The state of an invitation at one moment.

    What is unconfirmed waits for a second person: an invitation, or a login whose person got standing afterwards.
    """

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    UNCONFIRMED_LOGIN = "unconfirmed login"
    REVOKED = "revoked"
    REFUSED = "refused"


#: The phases in which a second person confirms or refuses.
TO_CONFIRM = frozenset({InvitationPhase.UNCONFIRMED, InvitationPhase.UNCONFIRMED_LOGIN})
#: The phases in which nobody has used, withdrawn or refused it; the next invitation of the same person revokes it.
PENDING = frozenset({InvitationPhase.UNCONFIRMED, InvitationPhase.OPEN, InvitationPhase.EXPIRED})
