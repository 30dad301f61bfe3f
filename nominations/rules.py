"""The rules of one vote: those in force when it opens, and the copy that it keeps of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from nominations.tally import LOW_TURNOUT, THRESHOLD, Base, Fraction, Tally, Verdict
from web.wording import in_words, part_in_words

#: Raised when the meaning of a rule changes; a vote goes by the version it was opened under.
VERSION = 1


@dataclass(frozen=True)
class Rules:
    """The rules of one vote, copied into it at opening, so that a later change never reaches it."""

    version: int
    period_hours: float
    veto_window_hours: float
    base: Base
    threshold: Fraction
    low_turnout: Fraction = LOW_TURNOUT

    @property
    def period(self) -> timedelta:
        """The time in which ballots are taken."""
        return timedelta(hours=self.period_hours)

    @property
    def veto_window(self) -> timedelta:
        """The time that the Steering Council has, from the moment it was told."""
        return timedelta(hours=self.veto_window_hours)

    @property
    def period_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.period)

    @property
    def veto_window_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.veto_window)

    @property
    def needed_in_words(self) -> str:
        """Such as ``at least two thirds of the yes and no votes``."""
        return f"at least {part_in_words(self.threshold)} of {self.base.label}"

    @property
    def asks_for_two_thirds(self) -> bool:
        """Whether two thirds of the yes and no votes have to be yes, as in the examples and in recount.py."""
        return (self.base, self.threshold) == (Base.YES_NO, THRESHOLD)

    def judge(self, tally: Tally, entitled: int) -> Verdict:
        """Return the verdict on `tally`; `entitled` is how many were on the roll."""
        return Verdict(tally, entitled, self.base, self.threshold)

    def as_json(self) -> dict[str, Any]:
        """Return the value of `Vote.rules`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Rules:
        """Read what `as_json` wrote, or an earlier version of the portal."""
        fractions: dict[str, Any] = {name: tuple(data[name]) for name in ("threshold", "low_turnout") if name in data}
        return cls(**{**data, **fractions, "base": Base(data["base"])})


def in_force() -> Rules:
    """Return the rules by which a vote opened now would go."""
    return Rules(
        version=VERSION,
        period_hours=settings.VOTING_PERIOD_HOURS,
        veto_window_hours=settings.VETO_WINDOW_HOURS,
        base=Base(settings.VOTE_BASE),
        threshold=settings.VOTE_THRESHOLD,
        low_turnout=settings.LOW_TURNOUT,
    )
