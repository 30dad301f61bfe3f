"""Watches the database: no SELECT on a confidential table without the name of its door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from advisories.reports.doors import MARK, GuardedQuerySet


def confidential_models() -> list[type[models.Model]]:
    """Every model whose rows are read through a door."""
    return [model for model in apps.get_models() if isinstance(model._default_manager.all(), GuardedQuerySet)]


class BesideTheDoorError(AssertionError):
    """A statement that reads a confidential table and names no door."""


@contextmanager
def through_doors_only() -> Iterator[None]:
    """Raise `BesideTheDoorError` for a SELECT that came by another way."""
    tables = "|".join(re.escape(model._meta.db_table) for model in confidential_models())
    reads = re.compile(rf'\bSELECT\b.*\b(FROM|JOIN)\s+"({tables})"', re.DOTALL | re.IGNORECASE)

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if reads.search(sql) and MARK not in sql:
            raise BesideTheDoorError(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
