"""When a mail goes: the morning of a digest, and the wait before another try. Pure: no database."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

#: Ours: the longest time between two tries.
LONGEST_WAIT = timedelta(hours=6)
#: When mail that can wait goes out to people who want it once a day, in the reader's own time zone.
DIGEST_HOUR = time(7)


def next_morning(at: datetime, zone: str) -> datetime:
    """Return the first `DIGEST_HOUR` after `at` in the IANA zone `zone`, in UTC; a zone that is gone counts as UTC."""
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        local = ZoneInfo("UTC")
    today = at.astimezone(local).date()
    mornings = (datetime.combine(today + timedelta(days=days), DIGEST_HOUR, local).astimezone(UTC) for days in (0, 1))
    return next(morning for morning in mornings if morning > at)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: doubling, at most six hours, a tenth more or less by chance."""
    doubled = settings.NOTICE_RETRY_SECONDS * 2 ** min(max(tries - 1, 0), 30)
    return timedelta(seconds=min(doubled, LONGEST_WAIT.total_seconds()) * random.uniform(0.9, 1.1))  # noqa: S311
