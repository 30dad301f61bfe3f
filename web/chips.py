"""Filters above a list, as links with how many things each leaves in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """One filter of a list."""

    label: str
    count: int
    query: str
    """The query of its link, without the question mark; empty for the whole list."""
    is_current: bool
