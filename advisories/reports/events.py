"""What can happen to reports and advisories, as the audit log names it."""

from __future__ import annotations

from enum import StrEnum


class AdvisoryEvent(StrEnum):
    REPORT_RECEIVED = "report:received"
    REPORT_READ = "report:read"
    COORDINATOR_TOOK = "report:coordinated"
    HANDED_OVER = "report:handed_over"
    DETERMINED = "report:determined"
    REOPENED = "report:reopened"
    EMBARGO_SET = "report:embargo_set"
    REPORTER_WROTE = "reply:received"
    MESSAGE_SENT = "message:sent"
    NOTE_WRITTEN = "note:written"
    DRAFT_STARTED = "advisory:drafted"
    DRAFT_EDITED = "advisory:edited"
    APPROVED = "advisory:approved"
    PUBLISHED = "advisory:published"
    IMPORTED = "advisories:imported"
