"""The dashboard's registry: apps register what waits for a reader, and the dashboard sorts and shows it.

A `register`ed source has one statement of its own. Small facts are columns instead (`register_columns`): the columns
of all apps are read together, in one statement on the reader's row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Area:
    """A part of the portal that somebody looks after, and how things stand there."""

    title: str
    url: str
    detail: str
    urgency: str = ""
    """The text of the badge, such as ``9 hours left``; without text there is none."""
    tone: str = "now"
    """The badge's tone: ``now`` when the clock runs or something is wrong, ``accent`` otherwise."""


@dataclass(frozen=True, kw_only=True)
class Waiting(Area):
    """Something that waits for the reader: where it is done, and until when."""

    due: datetime | None
    """The moment at which it is too late; None when nothing runs out."""
    action: str
    """The button's label."""

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """Sort by what runs out first, then by what is wrong now, then by title."""
        return (self.due or datetime.max.replace(tzinfo=UTC), self.tone != "now", self.title)


@dataclass(frozen=True)
class Panel:
    """A part of the dashboard that an app shows below what waits."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class TeamNumber:
    """A number about the team that the reader may know, beside what waits."""

    name: str
    value: str


Item = Area | Panel | TeamNumber
#: Given the actor and the present moment; at most one query each.
Source = Callable[[Any, datetime], Iterable[Item]]
Columns = dict[str, Any]
"""Expressions by name, evaluated on the reader's row of `people.Person`."""


@dataclass(frozen=True)
class ColumnSource:
    """A source without a statement of its own."""

    columns: Callable[[Any, datetime], Columns]
    """Given the actor and the present moment; no column for a reader whom it does not concern."""
    items: Callable[[Any, datetime, Mapping[str, Any]], Iterable[Item]]
    """Given the values of the columns as well; asked only where there were some."""


_sources: list[Source] = []
_column_sources: list[ColumnSource] = []


def register(source: Source) -> None:
    """Add an app's query; called in `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def register_columns(source: ColumnSource) -> None:
    """Add an app's columns; called in `AppConfig.ready`."""
    if source not in _column_sources:
        _column_sources.append(source)


def items_for(actor: Any, now: datetime) -> list[Item]:
    """Return the items of every registered source for `actor` at `now`."""
    return [item for source in _sources for item in source(actor, now)]


class ColumnItems:
    """The column sources that concern `actor`: first their columns, and after the statement their items."""

    def __init__(self, actor: Any, now: datetime) -> None:
        self._actor, self._now = actor, now
        self._asked = [(source, source.columns(actor, now)) for source in _column_sources]

    @property
    def columns(self) -> Columns:
        """Return the columns of all sources."""
        return {name: column for _, columns in self._asked for name, column in columns.items()}

    def items(self, values: Mapping[str, Any]) -> list[Item]:
        """Return the items that follow from the `values` of the columns."""
        concerned = [source for source, columns in self._asked if columns]
        return [item for source in concerned for item in source.items(self._actor, self._now, values)]


def by_urgency(items: Iterable[Item]) -> list[Waiting]:
    """Return the items that wait for somebody, most urgent first; everything else is left out."""
    return sorted((item for item in items if isinstance(item, Waiting)), key=lambda item: item.order)
