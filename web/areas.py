"""The registry of areas: each app registers the parts of the portal that somebody looks after.

The page of all areas shows every one to an admin, the dashboard those that concern its reader. Both read the columns of
all areas in one statement on the reader's row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Subquery

from web.waiting import Area, Columns

#: The values of the columns, by name.
Values = Mapping[str, Any]


class CountOf(Subquery):
    """The number of rows of a query, as a column of another one."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _no_columns(_now: datetime) -> Columns:
    return {}


def _never(_actor: Any) -> bool:
    return False


def _always(_values: Values) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class AreaSource:
    """An area as its app registers it."""

    group: str
    """The heading above it on the page of all areas."""
    position: int
    """Areas stand in this order; a group stands where its first area does."""
    area: Callable[[Values, datetime], Area]
    """Given the values of all columns that were read, and the present moment."""
    columns: Callable[[datetime], Columns] = _no_columns
    concerns: Callable[[Any], bool] = _never
    """Whether it stands on the dashboard of an actor."""
    is_due: Callable[[Values], bool] = _always
    """Whether it stands there now, given the values of its columns."""


_sources: list[AreaSource] = []


def register(*sources: AreaSource) -> None:
    """Add areas; called in `AppConfig.ready`."""
    _sources.extend(source for source in sources if source not in _sources)
    _sources.sort(key=lambda source: source.position)


def registered() -> list[AreaSource]:
    """Return the areas of all apps, in order."""
    return list(_sources)


def concerning(actor: Any) -> list[AreaSource]:
    """Return the areas on the dashboard of `actor`, in order."""
    return [source for source in _sources if source.concerns(actor)]


def columns_of(sources: list[AreaSource], now: datetime) -> Columns:
    """Return the columns of `sources`; two that read the same column give it the same name."""
    return {name: column for source in sources for name, column in source.columns(now).items()}


def number_in_words(number: int, one: str, many: str) -> str:
    """Return ``1 is open`` or ``2 are open``; empty for none."""
    return {0: "", 1: f"1 {one}"}.get(number, f"{number} {many}")
