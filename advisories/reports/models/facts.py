"""The facts of a report that a member may correct, and what they said before."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from advisories.projects.models import Project
from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.enums import FixedOnMain, Origin
from members.people.models import Person


class ReportFacts(models.Model):
    """What a report says and where it came from, apart from how it is worked on. Every field may be corrected."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(max_length=200)
    versions_tested = models.TextField()
    versions_affected = models.TextField(blank=True)
    fixed_on_main = models.CharField(max_length=3, choices=FixedOnMain.choices, blank=True)
    platform = models.CharField(max_length=200, blank=True)
    threat_model = models.TextField(blank=True, help_text="The threat model that the report relies on.")
    proof_of_concept = models.TextField(blank=True)
    minimal_patch = models.TextField(blank=True)
    found_with = models.TextField(blank=True, help_text="The tools and models that found it; empty: did not say.")
    asked_cna = models.TextField(blank=True, help_text="Another CNA that was asked for an ID; empty: none is known.")
    fix_public_since = models.DateTimeField(null=True, blank=True)
    public_elsewhere_since = models.DateTimeField(null=True, blank=True)
    exploited_since = models.DateTimeField(null=True, blank=True, help_text="Since when the team knows of it.")
    origin = models.CharField(max_length=4, choices=Origin.choices, default=Origin.FORM)
    origin_id = models.CharField(max_length=260, blank=True, help_text="Its number where it came from.")
    origin_link = models.URLField(max_length=500, blank=True)
    received_at = models.DateTimeField(help_text="When it first reached the team; the 90 days count from here.")
    facts_revision = models.PositiveIntegerField(default=1, help_text="Counts corrections.")

    class Meta:
        abstract = True


#: The names of the facts.
FACTS = tuple(field.attname for field in ReportFacts._meta.local_fields if field.name != "facts_revision")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a report's facts are to say; the names are those of `ReportFacts`."""

    project_id: str
    summary: str
    versions_tested: str
    versions_affected: str = ""
    fixed_on_main: str = ""
    platform: str = ""
    threat_model: str = ""
    proof_of_concept: str = ""
    minimal_patch: str = ""
    found_with: str = ""
    asked_cna: str = ""
    fix_public_since: datetime | None = None
    public_elsewhere_since: datetime | None = None
    exploited_since: datetime | None = None
    origin: str
    origin_id: str = ""
    origin_link: str = ""
    received_at: datetime

    @classmethod
    def of(cls, report: ReportFacts) -> Facts:
        """Return what they say now."""
        return cls(**{name: getattr(report, name) for name in FACTS})


@dataclass(frozen=True)
class SplitPart:
    """The project and the text of the second report that a report is split into, as the member chose them."""

    project_id: str
    summary: str
    description: str
    impact: str
    proof_of_concept: str = ""


class CorrectionQuerySet(GuardedQuerySet["Correction"]):
    """Sets of corrections."""

    def _of(self, viewer: Viewer) -> Self:
        return self if not isinstance(viewer, LinkHolder) and viewer.is_member else self.none()


class Correction(models.Model):
    """One correction of a report's facts: who, when, and what the changed ones said before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="corrections")
    revision = models.PositiveIntegerField(help_text="The revision that it made.")
    corrected_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()
    before = models.JSONField(help_text="By name of the fact: what it said before, as text.")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "revision"], name="a_revision_of_facts_is_one_correction")
        ]

    def __str__(self) -> str:
        return f"correction {self.revision} of {self.report_id}"
