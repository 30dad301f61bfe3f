"""The phases of a report, and what one turns out to be."""

from __future__ import annotations

from django.db import models


class Determination(models.TextChoices):
    """The result of triage. Each but the first is a finished state."""

    VULNERABILITY = "vulnerability", "Vulnerability"
    ORDINARY_BUG = "ordinary_bug", "Ordinary bug"
    NOT_A_BUG = "not_a_bug", "Not a bug"
    DUPLICATE = "duplicate", "Duplicate"
    INVALID = "invalid", "Invalid"
    FORWARDED = "forwarded", "Forwarded elsewhere"


class ReportPhase(models.TextChoices):
    """The phase of a report; follows from its other fields (`Report.phase`)."""

    RECEIVED = "received", "Received"
    TRIAGE = "triage", "Triage"
    REMEDIATION = "remediation", "Remediation"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed"


#: The phases in which the clock of 90 days runs.
UNFINISHED = frozenset({ReportPhase.RECEIVED, ReportPhase.TRIAGE, ReportPhase.REMEDIATION})
