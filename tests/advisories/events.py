"""Return the events that the audit log gained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from audit.models import Event


@contextmanager
def recorded() -> Iterator[list[Event]]:
    """The events that the block recorded, after it; empty inside."""
    before = set(Event.objects.values_list("pk", flat=True))
    events: list[Event] = []
    yield events
    events += Event.objects.exclude(pk__in=before).order_by("at")


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]
