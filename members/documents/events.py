"""Audit events about the team's documents.

The target is the version unless a comment names another row.
"""

from enum import StrEnum


class DocumentEvent(StrEnum):
    """Kinds of audit events about the team's documents."""

    ACCEPTED = "document:accepted"  # the acceptance
    PUBLISHED = "document:published"
    REMINDED = "document:reminded"
