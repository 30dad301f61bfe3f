"""Questions of documents to the apps above, which they cannot import."""

from __future__ import annotations

from members.people.permissions import Who

_newcomers: list[Who] = []


def answer_newcomers(who: Who) -> None:
    """Register people who accept the responsibilities before they are members."""
    _newcomers.append(who)


def newcomers() -> list[Who]:
    """Return every registered predicate."""
    return list(_newcomers)
