"""What the page of an act says before it is done: the question, what will happen, and the button."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActPage:
    """One page of an act. `tone` is that of the button; `here` names the page in the path."""

    here: str
    heading: str
    lead: str
    label: str
    points: tuple[str, ...] = ()
    tone: str = "primary"
    keep: str = "Not now"
