"""A write that somebody else's overtook, between the check before it and the constraint that holds for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


@contextmanager
def unless_overtaken(check: Callable[[], object]) -> Iterator[None]:
    """Around a write that a constraint may refuse: `check` then sees what was written first, and says so.

    Raises what `check` raises, a `Conflict`; the `IntegrityError` itself when nothing is wrong by the check.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check()
        raise
