"""What somebody was refused who may be guessing: in the log by its kind, and counted by whoever registers for that.

Neither says who it was; the limits (`web.limits`) act on that without keeping it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum

logger = logging.getLogger(__name__)


class Refusal(StrEnum):
    """What was refused."""

    PASSWORD = "wrong password"  # noqa: S105
    CODE = "wrong or used code"
    PASSKEY = "passkey"
    SIGN_IN_ENDED = "sign-in that had ended"
    TOO_MANY_PASSWORDS = "too many passwords"
    TOO_MANY = "too many requests"
    FORM_TOKEN = "form without its token"  # noqa: S105
    OTHER_SITE = "request of another site"


_counters: list[Callable[[Refusal], object]] = []


def register(count: Callable[[Refusal], object]) -> None:
    """Have `count` called with the kind of every refusal of this process."""
    _counters.append(count)


def note(kind: Refusal) -> None:
    """Log a refusal and tell those who count."""
    logger.warning("refused: %s", kind)
    for count in _counters:
        count(kind)
