"""The arithmetic of a vote: what may be chosen, what counts, what passes. Integers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

#: PEP 811: "at least two-thirds positive votes".
THRESHOLD = (2, 3)
#: Below this part of the roll a result is called a low turnout. Ours; PEP 811 names no minimum.
LOW_TURNOUT = (1, 3)


class Choice(TextChoices):
    """What a voter can choose."""

    YES = "yes", "Yes"
    NO = "no", "No"
    ABSTAIN = "abstain", "Abstain"


@dataclass(frozen=True)
class Tally:
    """The counts of one vote. Abstentions take part and decide nothing."""

    yes: int
    no: int
    abstain: int

    @classmethod
    def of(cls, choices: Iterable[str]) -> Tally:
        """Count `choices`."""
        counted = Counter(Choice(choice) for choice in choices)
        return cls(counted[Choice.YES], counted[Choice.NO], counted[Choice.ABSTAIN])

    @property
    def cast(self) -> int:
        """How many voted."""
        return self.yes + self.no + self.abstain

    @property
    def decided(self) -> int:
        """What the two thirds are taken of: yes and no."""
        return self.yes + self.no

    @property
    def passes(self) -> bool:
        """At least two thirds of yes and no are yes, and somebody said yes."""
        part, whole = THRESHOLD
        return self.yes > 0 and whole * self.yes >= part * self.decided

    @property
    def reason(self) -> str:
        """The sum in words and figures, such as ``21 yes, 10 no: 63 >= 62, passes``."""
        part, whole = THRESHOLD
        left, right = whole * self.yes, part * self.decided
        counts = f"{self.yes} yes, {self.no} no"
        if self.yes == 0:
            return f"{counts}: nobody voted yes, fails"
        if self.passes:
            return f"{counts}: {left} >= {right}, passes"
        return f"{counts}: {left} < {right}, fails"

    def is_low(self, entitled: int) -> bool:
        """Whether fewer than a third of the `entitled` voted."""
        part, whole = LOW_TURNOUT
        return whole * self.cast < part * entitled
