"""The phases of a report, what one turns out to be, and where it came from."""

from __future__ import annotations

from django.db import models


class Determination(models.TextChoices):
    """The result of triage; what follows from each is in `determinations.KINDS`."""

    VULNERABILITY = "vulnerability", "Vulnerability"
    HARDENING = "hardening", "Hardening, without a CVE"
    ORDINARY_BUG = "ordinary_bug", "Ordinary bug"
    PRERELEASE = "prerelease", "Prerelease or experimental feature"
    NOT_A_BUG = "not_a_bug", "Not a bug"
    DUPLICATE = "duplicate", "Duplicate"
    FORWARDED = "forwarded", "Forwarded to another project"
    INVALID = "invalid", "Invalid"
    DISCARDED = "discarded", "Discarded without a reply"


#: What goes on in a public issue.
PUBLIC_ISSUE = (Determination.HARDENING, Determination.ORDINARY_BUG, Determination.PRERELEASE)


class ForwardOutcome(models.TextChoices):
    """How the forwarding of a report ended."""

    ANSWERED = "answered", "The maintainers answered"
    UNKNOWN = "unknown", "The maintainers are not known"
    SILENT = "silent", "The maintainers do not answer"


class FixedOnMain(models.TextChoices):
    """Whether the main branch is fixed already; empty: not known."""

    YES = "yes", "Yes"
    NO = "no", "No"


class Origin(models.TextChoices):
    """The way by which a report reached the team."""

    FORM = "form", "The form"
    GITHUB = "ghsa", "GitHub Security Advisory"
    MAIL = "mail", "Mail"
    API = "api", "Intake API"
    TEAM = "team", "Found by the team"


class ReportPhase(models.TextChoices):
    """The phase of a report; follows from its other fields (`Report.phase`)."""

    RECEIVED = "received", "Received"
    TRIAGE = "triage", "Triage"
    REMEDIATION = "remediation", "Remediation"
    FORWARDED = "forwarded", "Forwarded"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed"


#: The phases in which the clock of 90 days runs.
UNFINISHED = frozenset({ReportPhase.RECEIVED, ReportPhase.TRIAGE, ReportPhase.REMEDIATION, ReportPhase.FORWARDED})
