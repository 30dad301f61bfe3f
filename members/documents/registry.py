"""Questions and announcements of documents to the apps above, which they cannot import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from members.people.models import Person
from members.people.permissions import Who

_newcomers: list[Who] = []


def answer_newcomers(who: Who) -> None:
    """Register people who accept the responsibilities before they are members."""
    _newcomers.append(who)


def newcomers() -> list[Who]:
    """Return every registered predicate."""
    return list(_newcomers)


#: Given the person and the moment: takes note of an acceptance, and says whether something waited for it.
AcceptanceListener = Callable[[Person, datetime], bool]


_acceptance_listeners: list[AcceptanceListener] = []


def listen_to_acceptance(listener: AcceptanceListener) -> None:
    """Register a function that is called in the transaction of every acceptance of the responsibilities."""
    if listener not in _acceptance_listeners:
        _acceptance_listeners.append(listener)


def announce_acceptance(person: Person, at: datetime) -> bool:
    """Tell every listener of an acceptance, and return whether something waited for it."""
    waits = [listener(person, at) for listener in _acceptance_listeners]
    return any(waits)
