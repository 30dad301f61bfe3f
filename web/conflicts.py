"""Exceptions of a verb that refuses: the actor may not, or the thing has changed since the page was made."""

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
def conflict_on_integrity_error(check: Callable[[], object]) -> Iterator[None]:
    """Turn the refusal of a constraint into the `Conflict` that `check` raises.

    Wrap a write that follows the same check: somebody may have written in between, and then only the constraint
    holds. Raises the `IntegrityError` itself when `check` finds nothing wrong.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check()
        raise
