"""Contribute to a person's own data their entries in reviews, notes about their work, and their coordinator credits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from members.inactivity.models import ActivityNote, CoordinatorCredit, ReviewEntry
from members.people.models import Person
from members.people.registry import OwnData


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield what reviews hold about a person; the name of the admin who wrote about them is theirs to know."""
    rows = list(person.review_entries.select_related("review", "answer_taken_by"))
    yield OwnData(90, "inactivity_reviews", [_entry(row) for row in rows], rows)
    notes = list(person.activity_notes.select_related("written_by", "withdrawn_by"))
    yield OwnData(91, "activity_notes", [_note(note) for note in notes], notes)
    credits = list(CoordinatorCredit.objects.filter(account=person.github_id or 0).select_related("source"))
    yield OwnData(92, "coordinator_credits", [_credit(credit) for credit in credits], credits)


def _note(note: ActivityNote) -> dict[str, Any]:
    return {
        "day": note.day.isoformat(),
        "text": note.text,
        "written_by": note.written_by.name,
        "written_at": note.written_at.isoformat(),
        "withdrawn_by": note.withdrawn_by.name if note.withdrawn_by else None,
        "withdrawn_at": note.withdrawn_at.isoformat() if note.withdrawn_at else None,
    }


def _credit(credit: CoordinatorCredit) -> dict[str, Any]:
    return {"source": credit.source.name, "advisory": credit.advisory or None, "day": credit.day.isoformat()}


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
