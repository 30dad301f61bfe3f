"""Kinds of audit events about reports and their conversations."""

from __future__ import annotations

from enum import StrEnum


class ReportEvent(StrEnum):
    """Events about a report, as the audit log names it; the target is the report."""

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
