"""Numbers, fractions and lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


_WHOLES = {2: "half", 3: "third", 4: "quarter", 5: "fifth"}


_PARTS = {1: "one", 2: "two", 3: "three", 4: "four"}


def part_in_words(fraction: tuple[int, int]) -> str:
    """Return ``two thirds``; ``51/100`` where English has no short word."""
    part, whole = fraction
    if part in _PARTS and whole in _WHOLES:
        return f"{_PARTS[part]} {_WHOLES[whole]}" + ("s" if part > 1 else "")
    return f"{part}/{whole}"


def in_words(length: timedelta) -> str:
    """Return ``7 days`` or ``12 hours``: the length in the largest unit that leaves no rest."""
    seconds = round(length.total_seconds())
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, size = next((unit, size) for unit, size in units if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def spelled(length: timedelta) -> str:
    """Return ``seven days``: the length in the largest unit that leaves no rest, its number in words up to twelve."""
    count, _, unit = in_words(length).partition(" ")
    return f"{number(int(count))} {unit}"


def weeks(length: timedelta) -> str:
    """Return ``one week (168 hours)``; for a length that is not whole weeks what `spelled` returns."""
    count, rest = divmod(length, timedelta(weeks=1))
    if not count or rest:
        return spelled(length)
    return f"{number(count)} {'week' if count == 1 else 'weeks'} ({count * 168} hours)"


def number(count: int) -> str:
    """Return ``seven``; figures above twelve."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
