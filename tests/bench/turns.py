"""Taking turns: a thing and its measure in pairs within one run, and whether the run may be believed.

On shared, noisy cores two runs cannot be compared, two neighbouring slices of one run can. The
figure is the median of the pairs; the measure against itself says how restless the machine was.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")

#: Where the median of the measure against itself must lie, or the run is void.
NULL_RANGE = (0.9, 1.1)


@dataclass(frozen=True)
class Spread:
    """A median, and how far the single pairs were from it."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        numbers = list(values)
        return cls(statistics.median(numbers), min(numbers), max(numbers))

    def __str__(self) -> str:
        return f"{self.least:.2f} - {self.most:.2f}"


def take_turns(pairs: int, first: Callable[[], T], second: Callable[[], T]) -> list[tuple[T, T]]:
    """A B A B."""
    return [(first(), second()) for _ in range(pairs)]


def is_valid(null: Spread) -> bool:
    """True if the measure was like itself."""
    return NULL_RANGE[0] <= null.median <= NULL_RANGE[1]


def new_table(title: str, *headings: str) -> Table:
    """A table with words on the left and figures on the right."""
    table = Table(title=title)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def show(table: Table, measure: str, null: Spread) -> bool:
    """Print `table` and what the measure made of itself; False when the run is void."""
    console = Console()
    console.width = max(console.width, 100)  # also where the output goes to a file
    console.print(table)
    console.print(f"{measure} against itself: {null.median:.2f} ({null}).")
    if not is_valid(null):
        console.print("This run is void: measure again.")
    return is_valid(null)
