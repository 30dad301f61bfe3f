"""Contribute a person's entries in inactivity reviews to their own data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from members.inactivity.models import ReviewEntry
from members.people.models import Person
from members.people.registry import OwnData


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield the entries of a person; the name of the admin who wrote an answer down is theirs to know."""
    rows = list(person.review_entries.select_related("review", "answer_taken_by"))
    yield OwnData(90, "inactivity_reviews", [_entry(row) for row in rows], rows)


def _entry(entry: ReviewEntry) -> dict[str, Any]:
    return {
        "announced_at": entry.review.announced_at.isoformat(),
        "noticed": entry.noticed,
        "last_active_on": entry.last_active_on.isoformat() if entry.last_active_on else None,
        "group": entry.group or None,
        "because": entry.because or None,
        "answer": entry.answer or None,
        "answer_text": entry.answer_text or None,
        "answered_at": entry.answered_at.isoformat() if entry.answered_at else None,
        "answer_written_down_by": entry.answer_taken_by.name if entry.answer_taken_by else None,
    }
