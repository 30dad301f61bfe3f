"""Audit events about the team's documents.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class DocumentEvent(StrEnum):
    """What the audit log can say about the team's documents."""

    ACCEPTED = "document:accepted"  # the acceptance
    PUBLISHED = "document:published"
    REMINDED = "document:reminded"  # the version
