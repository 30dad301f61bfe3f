"""Write inactivity reviews, and the work outside the portal that they count."""

from members.inactivity.workflow.reviews import (
    announce,
    answer_active,
    answer_for,
    answer_retire,
    generate,
    record_verdict,
    remind_of_notice,
    send,
)
from members.inactivity.workflow.work import (
    ask_for_credits,
    keep_credits,
    note_activity,
    read_credits,
    withdraw_note,
)

__all__ = [
    "announce",
    "answer_active",
    "answer_for",
    "answer_retire",
    "ask_for_credits",
    "generate",
    "keep_credits",
    "note_activity",
    "read_credits",
    "record_verdict",
    "remind_of_notice",
    "send",
    "withdraw_note",
]
