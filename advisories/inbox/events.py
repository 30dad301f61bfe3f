"""Kinds of audit events about incoming mail."""

from __future__ import annotations

from enum import StrEnum

#: The target of events about the whole inbox.
INBOX = "advisories.inbox"


class InboxEvent(StrEnum):
    """Events about an incoming mail; the target is the mail, of `REMINDED` and `DELETED` the inbox."""

    RECEIVED = "inbox:received"
    READ = "inbox:read"
    FILED = "inbox:filed"
    ADDED = "inbox:added"
    ANSWERED = "inbox:answered"
    DISCARDED = "inbox:discarded"
    TAKEN_BACK = "inbox:taken_back"
    REPORT_MADE = "inbox:report_made"
    NOTE_MADE = "inbox:note_made"
    ANSWER_SENT = "inbox:answer_sent"
    REMINDED = "inbox:reminded"
    DELETED = "inbox:deleted"
