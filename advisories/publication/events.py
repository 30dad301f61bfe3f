"""Kinds of audit events about advisories."""

from __future__ import annotations

from enum import StrEnum


class AdvisoryEvent(StrEnum):
    """Events about an advisory, as the audit log names it.

    The target is the advisory and `data` names its report; the target of an import is the whole set.
    """

    DRAFT_STARTED = "advisory:drafted"
    DRAFT_EDITED = "advisory:edited"
    APPROVED = "advisory:approved"
    PUBLISHED = "advisory:published"
    IMPORTED = "advisories:imported"
