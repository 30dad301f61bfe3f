"""Verbs of this app."""

from advisories.publication.workflow.drafting import CveIdTaken, Stale
from advisories.publication.workflow.importing import ImportFaults, Outcome, import_osv
from advisories.publication.workflow.publication import as_published, next_number

__all__ = ["CveIdTaken", "ImportFaults", "Outcome", "Stale", "as_published", "import_osv", "next_number"]
