"""Where a report stands and what it turned out to be."""

from __future__ import annotations

from django.db import models


class Determination(models.TextChoices):
    """What a report turned out to be. Each but the first is a finished state."""

    VULNERABILITY = "vulnerability", "Vulnerability"
    ORDINARY_BUG = "ordinary_bug", "Ordinary bug"
    NOT_A_BUG = "not_a_bug", "Not a bug"
    DUPLICATE = "duplicate", "Duplicate"
    INVALID = "invalid", "Invalid"
    FORWARDED = "forwarded", "Forwarded elsewhere"


class Phase(models.TextChoices):
    """Where a report stands; follows from its other fields (`Report.phase`)."""

    RECEIVED = "received", "Received"
    TRIAGE = "triage", "Triage"
    REMEDIATION = "remediation", "Remediation"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed"


#: The phases in which the clock of 90 days runs.
UNFINISHED = frozenset({Phase.RECEIVED, Phase.TRIAGE, Phase.REMEDIATION})
