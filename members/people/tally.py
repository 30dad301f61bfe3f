"""The vote of the Steering Council on a decision of its own: integers only."""

from __future__ import annotations

from dataclasses import dataclass

#: PEP 13: the Steering Council is a committee of five. Some seats may be vacant.
SEATS = 5


@dataclass(frozen=True)
class CouncilTally:
    """The three counts of one decision."""

    in_favour: int
    against: int
    abstained: int

    @property
    def carries(self) -> bool:
        """Whether it is decided: by a strict majority of those who do not abstain (PEP 13)."""
        return self.in_favour > self.against

    @property
    def votes(self) -> int:
        """How many voted or abstained."""
        return self.in_favour + self.against + self.abstained

    def __str__(self) -> str:
        return f"{self.in_favour} in favour, {self.against} against, {self.abstained} abstained"
