"""Kinds of audit events about reports and their conversations."""

from __future__ import annotations

from enum import StrEnum


class ReportEvent(StrEnum):
    """Events about a report, as the audit log names it; the target is the report."""

    REPORT_RECEIVED = "report:received"
    REPORT_READ = "report:read"
    COORDINATOR_TOOK = "report:coordinated"
    HANDOVER_OFFERED = "report:handover_offered"
    HANDOVER_DECLINED = "report:handover_declined"
    OFFER_TAKEN_BACK = "report:offer_taken_back"
    OFFER_ENDED = "report:offer_ended"
    HANDED_OVER = "report:handed_over"
    FACTS_CORRECTED = "report:facts_corrected"
    SPLIT = "report:split"
    DETERMINED = "report:determined"
    FORWARD_ENDED = "report:forward_ended"
    UNDONE = "report:undone"
    OUTCOME_TOLD = "report:outcome_told"
    RELEASED = "report:released"
    REOPENED = "report:reopened"
    EMBARGO_SET = "report:embargo_set"
    REPORTER_WROTE = "reply:received"
    MESSAGE_SENT = "message:sent"
    MESSAGE_EDITED = "message:edited"
    NOTE_WRITTEN = "note:written"
