"""What somebody was refused who may be guessing: in the log by its kind, and counted by whoever registers for that.

Neither says who it was; the limits (`web.limits`) act on that without keeping it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError

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


@contextmanager
def refused(kind: Refusal, sentence: str) -> Iterator[None]:
    """Note what a form refuses within, and make `sentence` its error where a library raises on what was sent.

    For libraries that parse bytes of strangers, each format with exceptions of its own; the database's stay errors.
    """
    try:
        yield
    except ValidationError:
        note(kind)
        raise
    except DatabaseError:
        raise
    except Exception as error:
        note(kind)
        raise ValidationError(sentence) from error
