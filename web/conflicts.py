"""A write that somebody else's overtook, between the check before it and the constraint that holds for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction


class NotAllowed(PermissionDenied):
    """The actor may see the thing, but not do this to it. Becomes the 403 page."""


class Conflict(Exception):  # noqa: N818  reads as a sentence: raise Conflict("...")
    """The thing is no longer in a state that allows this; the message is a sentence for the actor.

    Becomes the 409 page unless the view has a better place for the sentence.
    """


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
