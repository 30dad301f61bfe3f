"""Audit events about requests for a reset; the target is the request."""

from enum import StrEnum


class ResetEvent(StrEnum):
    """Kinds of audit events about requests for a reset."""

    RESET_ASKED = "reset:asked"
    RESET_CONFIRMED = "reset:confirmed"
    RESET_PROPOSED = "reset:proposed"
    RESET_REFUSED = "reset:refused"
    RESET_STOPPED = "reset:stopped"
