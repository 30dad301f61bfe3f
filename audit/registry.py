"""The kinds of events that may leave the log, as the apps that record them say in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Iterable

_told_kinds: set[str] = set()


def may_be_told(kinds: Iterable[str]) -> None:
    """Register kinds of events whose kind and moment may stand in the file of the person they are about.

    A kind that is not registered stays in the portal: that somebody cast a ballot, above all.
    """
    _told_kinds.update(kinds)


def told_kinds() -> frozenset[str]:
    """Return every kind that may be told to the person it is about."""
    return frozenset(_told_kinds)
