"""Advisory locks of PostgreSQL that the verbs of mail share."""

from __future__ import annotations

from django.db import connection

#: Their numbers; the second one is for deliveries that may join others in one mail.
PAUSE_LOCK, JOIN_LOCK = 778_821, 778_822


def lock(number: int) -> None:
    """Wait until no other transaction holds the lock of this number, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
