"""The status of a branch, and what a rule of the security policy leads to."""

from __future__ import annotations

from django.db import models


class BranchStatus(models.TextChoices):
    """The status of a branch; the values are those of the published release cycle (PEP 602, developer's guide)."""

    FEATURE = "feature", "Feature"
    PRERELEASE = "prerelease", "Prerelease"
    BUGFIX = "bugfix", "Bug fixes"
    SECURITY = "security", "Security fixes"
    END_OF_LIFE = "end-of-life", "End of life"

    @property
    def gets_cve_ids(self) -> bool:
        """Return whether a vulnerability in such a branch gets a CVE ID (security policy, "What versions")."""
        return self in {BranchStatus.BUGFIX, BranchStatus.SECURITY}


class LeadsTo(models.TextChoices):
    """What becomes of a report that a rule of the security policy is about."""

    NOT_A_VULNERABILITY = "not-a-vulnerability", "Not a vulnerability"
    PUBLIC_ISSUE = "public-issue", "A public issue"
    OTHER_PROJECT = "other-project", "Another project"
    DISCARD = "discard", "Discarded without a reply"
    SENT_BACK = "sent-back", "Asked to be sent again"
    REFUSAL = "refusal", "Later reports are refused"
