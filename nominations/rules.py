"""The rules in force, and the copy that each vote keeps of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from nominations.tally import THRESHOLD

#: Raised when the meaning of a rule changes; a vote goes by the version it was opened under.
VERSION = 1


@dataclass(frozen=True)
class Rules:
    """What one vote goes by. Copied into it at opening, so that a later change never reaches it."""

    version: int
    period_hours: float
    veto_window_hours: float
    base: str
    threshold: tuple[int, int]

    @property
    def period(self) -> timedelta:
        """How long ballots are taken."""
        return timedelta(hours=self.period_hours)

    @property
    def veto_window(self) -> timedelta:
        """How long the Steering Council has, from the close."""
        return timedelta(hours=self.veto_window_hours)

    @property
    def period_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.period)

    @property
    def veto_window_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.veto_window)

    def as_json(self) -> dict[str, Any]:
        """What `Vote.rules` holds."""
        return {**asdict(self), "threshold": list(self.threshold)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Rules:
        """Read what `as_json` wrote."""
        return cls(**{**data, "threshold": tuple(data["threshold"])})


def in_force() -> Rules:
    """What a vote opened now would go by."""
    return Rules(
        version=VERSION,
        period_hours=settings.VOTING_PERIOD_HOURS,
        veto_window_hours=settings.VETO_WINDOW_HOURS,
        base="yes_no",
        threshold=THRESHOLD,
    )


def in_words(length: timedelta) -> str:
    """``7 days``, ``12 hours``: in the largest unit that leaves no rest."""
    seconds = round(length.total_seconds())
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, size = next((unit, size) for unit, size in units if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
