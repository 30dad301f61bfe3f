"""Return the events that the audit log gained, in the order they were written.

Events of one verb often have one moment, so a query cannot tell their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from audit.models import Event
from audit.signals import event_recorded


@contextmanager
def recorded() -> Iterator[list[Event]]:
    """The events that the block wrote and kept, after it; empty inside."""
    written: list[Event] = []

    def note(event: Event, **_named: Any) -> None:
        written.append(event)

    events: list[Event] = []
    event_recorded.connect(note)
    try:
        yield events
    finally:
        event_recorded.disconnect(note)
    kept = Event.objects.in_bulk([event.pk for event in written])
    events += [kept[event.pk] for event in written if event.pk in kept]


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]
