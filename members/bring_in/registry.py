"""A question of this app to the apps above it: which invitations came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

#: Given ids of invitations: those whose mail the mail server refused for good.
BounceSource = Callable[[Iterable[UUID]], Iterable[UUID]]
_sources: list[BounceSource] = []


def answer_bounced(source: BounceSource) -> None:
    """Register a source of invitations whose mail came back."""
    if source not in _sources:
        _sources.append(source)


def bounced(invitations: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of `invitations` whose mail came back."""
    ids = list(invitations)
    return frozenset(pk for source in _sources for pk in source(ids))
