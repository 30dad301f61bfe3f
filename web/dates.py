"""Days and moments in words, in UTC; a day no more exactly than it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

#: Seconds in a unit, and how many of the unit there are before the next one is used. Months and years are mean ones.
_UNITS = (
    ("minute", 60, 60),
    ("hour", 3600, 24),
    ("day", 86400, 31),
    ("month", 2629746, 12),
    ("year", 31556952, None),
)
#: By precision, as periods store it: how a day is written for people and for programs. Any other is to the day.
_IMPRECISE = {"month": ("F Y", "Y-m"), "year": ("Y", "Y"), "about": (r"\a\b\o\u\t Y", "Y")}


def day_in_words(when: date | None) -> str:
    """Return ``4 March 2026``, for a moment its day in UTC; empty for None."""
    return date_format(_day(when), "j F Y") if when else ""


def moment_in_words(moment: datetime) -> str:
    """Return ``3 September 2026, 09:12 UTC``."""
    return date_format(moment.astimezone(UTC), "j F Y, H:i") + " UTC"


def vague_day_in_words(day: date, precision: str) -> str:
    """Return ``4 December 2025``, ``December 2025``, ``2025`` or ``about 2009``, by `precision`."""
    return date_format(day, _IMPRECISE[precision][0]) if precision in _IMPRECISE else day_in_words(day)


def vague_day_as_iso(day: date, precision: str) -> str:
    """Return the part of `day` that `precision` knows, as HTML's time element takes it."""
    return date_format(day, _IMPRECISE[precision][1]) if precision in _IMPRECISE else day.isoformat()


def day_as_iso(when: date) -> str:
    """Return ``2026-03-04``, for a moment its day in UTC."""
    return _day(when).isoformat()


def iso(value: date | None) -> str | None:
    """Return a day or a moment as ISO 8601 writes it; None for none."""
    return value.isoformat() if value else None


def length_in_words(length: timedelta) -> str:
    """Return ``7 days``: a length, rounded, in one unit; at least ``1 minute``.

    Somebody who reads "in 6 days" of a vote that was opened for a week this minute plans for a day too early.
    """
    seconds = abs(length.total_seconds())
    counted = ((max(1, int(seconds / size + 0.5)), unit, most) for unit, size, most in _UNITS)
    count, unit = next((count, unit) for count, unit, most in counted if most is None or count < most)
    return f"{count}\xa0{unit}" if count == 1 else f"{count}\xa0{unit}s"


def elapsed_in_words(since: datetime, now: datetime) -> str:
    """Return ``3 hours`` or ``2 days``, rounded, in one unit; ``a moment`` for less than a minute."""
    return length_in_words(now - since) if (now - since).total_seconds() >= 60 else "a moment"


def distance_in_words(moment: datetime) -> str:
    """Return ``in 9 hours`` or ``2 days ago``, rounded, in one unit.

    By the clock of this process: nothing is decided by the answer, and `audit.clock` costs a query each time.
    """
    away = moment - timezone.now()
    if abs(away.total_seconds()) < 60:
        return "within a minute" if away > timedelta(0) else "just now"
    return f"in {length_in_words(away)}" if away > timedelta(0) else f"{length_in_words(away)} ago"


def past_in_words(moment: datetime) -> str:
    """Return ``2 hours ago``; ``on 3 September 2026`` for what is more than thirty days ago."""
    if timezone.now() - moment > timedelta(days=30):
        return f"on {day_in_words(moment)}"
    return distance_in_words(moment)


def _day(when: date) -> date:
    return when.astimezone(UTC).date() if isinstance(when, datetime) else when
