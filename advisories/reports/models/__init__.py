"""A report, its facts and how they were corrected, the conversation about it, and who looked when."""

from advisories.reports.models.conversation import Message, MessageVersion
from advisories.reports.models.facts import FACTS, Correction, Facts, ReportFacts, SplitPart
from advisories.reports.models.look import Look
from advisories.reports.models.report import (
    DEADLINE,
    IDLE,
    PHASE_IN_SQL,
    SOON,
    UNDO,
    Report,
    ReportQuerySet,
    Submission,
    new_reference,
)

__all__ = [
    "DEADLINE", "FACTS", "IDLE", "PHASE_IN_SQL", "SOON", "UNDO", "Correction", "Facts", "Look", "Message",
    "MessageVersion", "Report", "ReportFacts", "ReportQuerySet", "SplitPart", "Submission", "new_reference",
]  # fmt: skip
