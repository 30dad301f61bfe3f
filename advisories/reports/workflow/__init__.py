"""Verbs of this app."""

from advisories.reports.workflow.intake import Submission
from advisories.reports.workflow.locks import locked

__all__ = ["Submission", "locked"]
