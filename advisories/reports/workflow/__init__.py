"""Verbs about reports: they lock the report, ask the policy, write, and record one event."""

from advisories.reports.workflow.conversation import reply, write_message, write_note
from advisories.reports.workflow.intake import hand_in
from advisories.reports.workflow.locks import locked
from advisories.reports.workflow.triage import (
    coordinate,
    determine,
    hand_over,
    mark_published,
    note_reading,
    reopen,
    set_embargo,
)

__all__ = [
    "coordinate",
    "determine",
    "hand_in",
    "hand_over",
    "locked",
    "mark_published",
    "note_reading",
    "reopen",
    "reply",
    "set_embargo",
    "write_message",
    "write_note",
]
