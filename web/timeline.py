"""The steps of a process, as timelines and lists of steps show them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    """The states that the timeline component can show."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"


@dataclass(frozen=True)
class TimelineStep:
    """A line of a timeline."""

    label: str
    note: str
    state: StepState
