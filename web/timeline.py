"""The lines of a way that somebody or something goes, as timelines and lists of steps show them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the timeline component knows."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"


@dataclass(frozen=True)
class Step:
    """One line."""

    label: str
    note: str
    state: State
