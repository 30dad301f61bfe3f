"""Days and moments in words, in UTC; a day no more exactly than it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince, timeuntil

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


def distance_in_words(moment: datetime) -> str:
    """Return ``in 9 hours`` or ``2 days ago``, in the largest unit only.

    By the clock of this process: nothing is decided by the answer, and `audit.clock` costs a query each time.
    """
    now = timezone.now()
    if abs((moment - now).total_seconds()) < 60:
        return "within a minute" if moment > now else "just now"
    return f"in {timeuntil(moment, now, depth=1)}" if moment > now else f"{timesince(moment, now, depth=1)} ago"


def _day(when: date) -> date:
    return when.astimezone(UTC).date() if isinstance(when, datetime) else when
