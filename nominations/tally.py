"""The arithmetic of a vote: what may be chosen, what counts, what passes. Integers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from nominations import defaults

#: A part of a whole, such as two thirds: ``(2, 3)``.
Fraction = tuple[int, int]
THRESHOLD: Fraction = defaults.THRESHOLD.value
#: Below this part of the roll a result is called a low turnout.
LOW_TURNOUT: Fraction = defaults.LOW_TURNOUT.value


class Choice(TextChoices):
    """The choices of a ballot."""

    YES = "yes", "Yes"
    NO = "no", "No"
    ABSTAIN = "abstain", "Abstain"


class Base(TextChoices):
    """The whole of which the threshold is a part. PEP 811 is silent; `YES_NO` is ours."""

    YES_NO = "yes_no", "the yes and no votes"
    CAST = "cast", "all ballots cast, abstentions included"
    ENTITLED = "entitled", "everybody on the roll"


@dataclass(frozen=True)
class Tally:
    """The counts of one vote."""

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
        """The number of ballots."""
        return self.yes + self.no + self.abstain

    def is_low(self, entitled: int, least: Fraction = LOW_TURNOUT) -> bool:
        """Whether less than the part `least` of the `entitled` voted."""
        part, whole = least
        return whole * self.cast < part * entitled


@dataclass(frozen=True)
class Verdict:
    """The result of the counts by one set of rules; `entitled` is how many were on the roll."""

    tally: Tally
    entitled: int = 0
    base: Base = Base.YES_NO
    threshold: Fraction = THRESHOLD

    @property
    def whole(self) -> int:
        """The number of which the threshold is a part."""
        if self.base is Base.YES_NO:
            return self.tally.yes + self.tally.no
        return self.tally.cast if self.base is Base.CAST else self.entitled

    @property
    def passes(self) -> bool:
        """Yes reaches the threshold, exactly, and somebody said yes."""
        part, whole = self.threshold
        return self.tally.yes > 0 and whole * self.tally.yes >= part * self.whole

    @property
    def needed(self) -> int:
        """The smallest number of yes that passes, of the same whole: one at least."""
        part, whole = self.threshold
        return max(1, -(-part * self.whole // whole))

    @property
    def headline(self) -> str:
        """The result as people say it, such as ``Passed: 5 of 6 voted yes, 4 were needed``."""
        if self.tally.yes == 0:
            return "Not passed: nobody voted yes"
        chose = {
            Base.YES_NO: "voted yes",
            Base.CAST: "ballots cast were yes",
            Base.ENTITLED: "on the roll voted yes",
        }
        outcome = "Passed" if self.passes else "Not passed"
        needed = "1 was needed" if self.needed == 1 else f"{self.needed} were needed"
        return f"{outcome}: {self.tally.yes} of {self.whole} {chose[self.base]}, {needed}"

    @property
    def comparison(self) -> str:
        """The rule in whole numbers, such as ``3 × 5 = 15 ≥ 2 × 6 = 12``."""
        part, whole = self.threshold
        left, right = whole * self.tally.yes, part * self.whole
        return f"{whole} × {self.tally.yes} = {left} {'≥' if left >= right else '<'} {part} × {self.whole} = {right}"

    @property
    def reason(self) -> str:
        """The sum in words and figures, such as ``21 yes, 10 no: 63 >= 62, passes``."""
        part, whole = self.threshold
        left, right = whole * self.tally.yes, part * self.whole
        beside = {
            Base.YES_NO: f"{self.tally.no} no",
            Base.CAST: f"{self.tally.cast} cast",
            Base.ENTITLED: f"{self.entitled} on the roll",
        }
        counts = f"{self.tally.yes} yes, {beside[self.base]}"
        if self.tally.yes == 0:
            return f"{counts}: nobody voted yes, fails"
        if self.passes:
            return f"{counts}: {left} >= {right}, passes"
        return f"{counts}: {left} < {right}, fails"
