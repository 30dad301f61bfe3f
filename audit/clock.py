"""The clock that decides: the database's, not the web server's.

A wrong clock on one web server or worker must not open, close or expire anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection
from django.db.models import DateTimeField, Expression, Value
from django.db.models.functions import Now

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)


def now() -> datetime:
    """Return the database's present moment in UTC: `clock_timestamp()`, which moves on inside a transaction."""
    pretended = _pretended.get()
    if pretended is not None:
        return pretended
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def moment() -> Expression:
    """Return the present moment as an SQL expression, so that a query can bring it along or compare with it.

    On PostgreSQL this is `statement_timestamp()`: one moment for the whole statement, and it moves on inside a
    transaction.
    """
    pretended = _pretended.get()
    return Now() if pretended is None else Value(pretended, output_field=DateTimeField())


def is_pretended() -> bool:
    """Return whether `moment` is a value just now, and not the database's own clock."""
    return _pretended.get() is not None


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let `now` answer `moment` inside the block: for the demo's history and for tests only.

    A test holds the list of modules that may import it.
    """
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
