"""When mail that can wait goes out to those who want it once a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: In the reader's own time zone.
HOUR = time(7)


def next_morning(at: datetime, zone: str) -> datetime:
    """The first seven o'clock after `at` in the IANA zone `zone`, in UTC; a zone that is gone counts as UTC."""
    try:
        here = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        here = ZoneInfo("UTC")
    today = at.astimezone(here).date()
    mornings = (datetime.combine(today + timedelta(days=days), HOUR, here).astimezone(UTC) for days in (0, 1))
    return next(morning for morning in mornings if morning > at)
