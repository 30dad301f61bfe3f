"""The items of the dashboard that wait for somebody: every app registers one query, the dashboard sorts and shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Waiting:
    """One item: how urgent it is, what it is about, and where it is done."""

    urgency: str
    """The text of the badge, such as ``9 hours left``."""
    tone: str
    """The badge's tone: ``now`` when the clock runs or something is wrong, ``accent`` otherwise."""
    due: datetime | None
    """The moment at which it is too late; None when nothing runs out."""
    title: str
    detail: str
    url: str
    action: str
    """The button's label."""

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """Sort by what runs out first, then by what is wrong now, then by title."""
        return (self.due or datetime.max.replace(tzinfo=UTC), self.tone != "now", self.title)


#: Given the actor and the present moment; at most one query each.
Source = Callable[[Any, datetime], Iterable[Waiting]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add an app's query; called in `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def waiting_for(actor: Any, now: datetime) -> list[Waiting]:
    """Return everything that waits for `actor` at `now`, most urgent first."""
    return sorted((item for source in _sources for item in source(actor, now)), key=lambda item: item.order)
