"""How the Steering Council voted on its own decision: integers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CouncilTally:
    """How the Steering Council voted on its decision."""

    in_favour: int
    against: int
    abstained: int

    @property
    def carries(self) -> bool:
        """PEP 13: a strict majority of those who do not abstain; who has a conflict of interest abstains."""
        return self.in_favour > self.against

    def __str__(self) -> str:
        return f"{self.in_favour} in favour, {self.against} against, {self.abstained} abstained"
