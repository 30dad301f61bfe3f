"""Reads of this app."""

from __future__ import annotations

from notifications.queries.outbox import (
    WaitingMail,
    bounced_invitations,
    council_told,
    mail_on_its_way,
    pause_in_force,
    sent,
    waiting_mail,
    was_paused,
)
from notifications.queries.subjects import (
    checklist_of,
    entry_of,
    incoming_of,
    invitation_of,
    nomination_of,
    nominees_of,
    note_of,
    report_of,
    reset_of,
)

__all__ = [
    "WaitingMail",
    "bounced_invitations",
    "checklist_of",
    "council_told",
    "entry_of",
    "incoming_of",
    "invitation_of",
    "mail_on_its_way",
    "nomination_of",
    "nominees_of",
    "note_of",
    "pause_in_force",
    "report_of",
    "reset_of",
    "sent",
    "waiting_mail",
    "was_paused",
]
