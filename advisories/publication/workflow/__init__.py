"""Verbs about advisories: they lock the report, ask the policy, write, and record one event."""

from advisories.publication.workflow.drafting import CveIdTaken, Stale, approve, edit_draft, start_draft
from advisories.publication.workflow.importing import ImportFaults, ImportOutcome, import_osv
from advisories.publication.workflow.publishing import publish

__all__ = [
    "CveIdTaken",
    "ImportFaults",
    "ImportOutcome",
    "Stale",
    "approve",
    "edit_draft",
    "import_osv",
    "publish",
    "start_draft",
]
