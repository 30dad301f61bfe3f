"""The places and sizes of the shapes of a bar chart. The template draws them, and puts the numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

WIDTH, HEIGHT = 260, 132
#: Of the height: the room above the highest bar, and where the bars stand.
_TOP, _BASE = 18, 112
#: The gap between two bars as a part of a bar, and the widest bar there is.
_GAP, _WIDEST = 0.32, 34.0
#: How wide a year is, with the space around it.
_NAME = 42
#: Up to so many bars each shows its number.
_COUNTS_MOST = 9


class YearCount(Protocol):
    """The count of one year."""

    @property
    def year(self) -> int:
        """Return the year."""

    @property
    def count(self) -> int:
        """Return the count."""


@dataclass(frozen=True)
class Bar:
    """A bar with its two labels; lengths in the drawing's units."""

    year: int
    count: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    label_x: float
    anchor: str
    is_last: bool
    shows_year: bool
    shows_count: bool

    @property
    def above(self) -> float:
        """Return the base line of the number above the bar."""
        return self.y - 4


@dataclass(frozen=True)
class BarChart:
    """The bars of counts per year, and the same in words."""

    bars: list[Bar]
    description: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = _BASE


def bar_chart(counts: Sequence[YearCount]) -> BarChart:
    """Return a bar for each year.

    Years are named so rarely that the names do not touch; counts stand at the highest bar and the last one.
    """
    if not counts:
        return BarChart([], "nothing yet")
    highest = max(counts, key=lambda year: year.count)
    width = min(WIDTH / (len(counts) * (1 + _GAP) - _GAP), _WIDEST)
    step = width * (1 + _GAP)
    every = ceil(_NAME / step)
    bars = []
    for place, year in enumerate(counts):
        size = (_BASE - _TOP) * year.count / (highest.count or 1)
        is_last, left = place == len(counts) - 1, place * step
        bars.append(
            Bar(
                year=year.year,
                count=year.count,
                x=round(left, 2),
                y=round(_BASE - size, 2),
                width=round(width, 2),
                height=round(size, 2),
                middle=round(left + width / 2, 2),
                # The outermost names begin and end with their bars, so that nothing stands out of the drawing.
                label_x=round(left if place == 0 else left + width if is_last else left + width / 2, 2),
                anchor="start" if place == 0 else "end" if is_last else "middle",
                is_last=is_last,
                # Counted from the end, so that the last year always has its name.
                shows_year=(len(counts) - 1 - place) % every == 0,
                shows_count=is_last or year is highest or len(counts) <= _COUNTS_MOST,
            )
        )
    first, last = counts[0], counts[-1]
    description = f"{first.count} in {first.year}, {last.count} in {last.year}, most in {highest.year}: {highest.count}"
    return BarChart(bars, description)
