"""Queries that every request or verb asks, with SQL that is worked out once for the life of the process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Statement:
    """A query whose SQL is compiled when it is first asked, and asked again with other values.

    Django took 4.2 ms of CPU to build the query of who is signed in, and 0.9 ms to compile it; running it takes
    PostgreSQL less than half a millisecond.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], **samples: Any) -> None:
        """Take a function that makes the query, and a sample of each argument, which no other value in it equals."""
        self._build = build
        self._samples = samples

    @cached_property
    def _compiled(self) -> tuple[str, list[tuple[str, Any]]]:
        """Return the SQL and, for each of its parameters, the name of the argument or "" and the constant."""
        sql, parameters = self._build(**self._samples).query.sql_with_params()
        names = {sample: name for name, sample in self._samples.items()}
        slots = [(names.get(value, ""), value) for value in parameters]
        if missing := set(self._samples) - {name for name, _ in slots}:
            raise TypeError(f"the query does not depend on {', '.join(sorted(missing))}")
        return sql, slots

    def row(self, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row for `values` as the database gives it, or None if there is none."""
        sql, slots = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[name] if name else constant for name, constant in slots])
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found
