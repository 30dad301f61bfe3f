"""An advisory, from the first draft to the published record, and those it credits."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from advisories.projects.models import Project
from advisories.publication.enums import AdvisoryPhase
from advisories.records import cvss, parts
from advisories.records.content import TITLE_MOST, AdvisoryContent
from advisories.records.reading import JsonObject, rfc3339
from advisories.records.vocabulary import CreditRole, SeverityType
from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.models import Report
from members.people.models import Person

#: The parts of `AdvisoryContent` that are kept under their own names: as JSON, in the form its codec gives them, ...
JSON_FIELDS = (
    "aliases", "severity", "weaknesses", "references", "version_ranges", "modules", "affected", "spelling", "extras",
)  # fmt: skip

#: ... and as text.
TEXT_FIELDS = ("title", "description", "schema_version")

#: What pages call a project that is none of ours, where a record does not name it.
OTHER_PROJECT = "Other project"


class AdvisoryQuerySet(GuardedQuerySet["Advisory"]):
    """Sets of advisories."""

    def _of(self, viewer: Viewer) -> Self:
        if isinstance(viewer, LinkHolder):
            return self.none()
        return self if viewer.is_member else self.filter(published_at__isnull=False)

    def published(self) -> Self:
        """Keep what is public, for anybody: the third door."""
        return self.filter(published_at__isnull=False)._through("published")

    def whole(self) -> Self:
        """Load the credits with it, which `Advisory.content` reads: one statement more."""
        return self.prefetch_related(
            models.Prefetch("credits", queryset=Credit.objects.system("the credits of advisories that came by a door"))
        )


class Advisory(models.Model):
    """An advisory about one vulnerability, published or to be. Confidential until `published_at` is set."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(
        Report,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="advisory",
        help_text="Empty: imported.",
    )
    psf_id = models.CharField("PSF id", max_length=20, null=True, blank=True, unique=True)
    cve_id = models.CharField("CVE ID", max_length=30, blank=True, help_text="The first alias that is one.")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: none of ours."
    )
    project_facts = models.JSONField(
        null=True, blank=True, help_text="As records state them: a later change of the project changes no advisory."
    )
    title = models.CharField(max_length=TITLE_MOST, blank=True)
    description = models.TextField(blank=True, help_text="Markdown.")
    aliases = models.JSONField(default=list)
    severity = models.JSONField(default=list, help_text="OSV's list; an entry's score is a vector.")
    weaknesses = models.JSONField(default=list)
    references = models.JSONField(default=list)
    version_ranges = models.JSONField(default=list)
    modules = models.JSONField(default=list)
    affected = models.JSONField(default=list)
    schema_version = models.CharField(max_length=12)
    spelling = models.JSONField(default=dict, help_text="Of times, as an imported record wrote them.")
    extras = models.JSONField(default=dict)
    base_score = models.DecimalField(
        max_digits=3, decimal_places=1, null=True, blank=True, help_text="From the vector, for lists."
    )
    rating = models.CharField(
        max_length=8,
        blank=True,
        choices=[(word.value, word.label) for word in cvss.Severity],
        help_text="As the score.",
    )
    credits_settled = models.BooleanField(default=False, help_text="Everybody named agreed, or nobody is to be named.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="Counts edits, so that none overwrites another.")
    approved_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_is_stated = models.BooleanField(
        default=True, help_text="False: an imported record does not say when; `published_at` is its last change."
    )
    modified_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AdvisoryQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-published_at", "-psf_id"]
        verbose_name_plural = "advisories"
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-psf_id"], name="advisories_newest_first"),
            models.Index(fields=["cve_id"], name="advisories_by_cve_id"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cve_id"],
                # Historical records share a CVE ID here and there.
                condition=~Q(cve_id="") & Q(report__isnull=False),
                name="a_cve_id_belongs_to_one_advisory",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, psf_id=None) | Q(published_at__isnull=False, psf_id__isnull=False),
                name="a_psf_id_is_given_by_publishing",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="an_approval_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(edited_by=None) | ~Q(approved_by=F("edited_by")),
                name="nobody_approves_their_own_words",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False), name="only_what_is_public_is_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.psf_id or "a draft"

    def get_absolute_url(self) -> str:
        """Return the path of its public page."""
        return reverse("advisories:detail", args=[self.psf_id])

    @property
    def phase(self) -> AdvisoryPhase:
        """Return where it stands. No phase of an advisory depends on the clock."""
        if self.withdrawn_at:
            return AdvisoryPhase.WITHDRAWN
        if self.published_at:
            return AdvisoryPhase.PUBLISHED
        return AdvisoryPhase.APPROVED if self.approved_at else AdvisoryPhase.DRAFT

    @property
    def project_label(self) -> str:
        """Return the name of the project, as the advisory has it."""
        return self.project_facts["label"] if self.project_facts else OTHER_PROJECT

    @property
    def vector(self) -> str:
        """Return the CVSS version 4 vector; "" without one."""
        return next((entry["score"] for entry in self.severity if entry["type"] == SeverityType.CVSS_V4), "")

    def content(self) -> AdvisoryContent:
        """Return what the records are made from. Its credits must have come with it: `AdvisoryQuerySet.whole`."""
        published = self.published_at if self.published_is_stated else None
        moments = {"modified": self.modified_at, "published": published, "withdrawn": self.withdrawn_at}
        return AdvisoryContent.from_json(
            {
                "psf_id": self.psf_id or "",
                "project": self.project_facts,
                **{name: rfc3339(moment) if moment else None for name, moment in moments.items()},
                "credits": [credit.as_json() for credit in self.credits.all()],
                **{name: getattr(self, name) for name in (*JSON_FIELDS, *TEXT_FIELDS)},
            }
        )

    def fill(self, content: AdvisoryContent) -> None:
        """Take over everything `content` says except the credits, which are rows of their own; saves nothing."""
        stored: dict[str, Any] = content.to_json()
        for name in (*JSON_FIELDS, *TEXT_FIELDS):
            setattr(self, name, stored[name])
        self.project_id = content.project.slug if content.project else None
        self.project_facts = stored["project"]
        self.psf_id = content.psf_id or None
        self.cve_id = content.cve_id or ""
        self.modified_at, self.withdrawn_at = content.modified, content.withdrawn
        self.published_is_stated = content.published is not None or not content.psf_id
        self.published_at = content.published if self.published_is_stated else content.modified
        score = _score_of(content)
        self.base_score = score.base_score if score else None
        self.rating = score.severity if score else ""


def _score_of(content: AdvisoryContent) -> cvss.Score | None:
    """Return the score by the newest standard that the content has a vector of."""
    vectors = {entry.type: entry.score for entry in reversed(content.severities)}
    for standard in (SeverityType.CVSS_V4, SeverityType.CVSS_V3, SeverityType.CVSS_V2):
        if standard in vectors:
            return cvss.score(vectors[standard])
    return None


def draft_of(report: Report) -> Advisory | None:
    """Return the advisory of a report, published or not; the report must come from `ReportQuerySet.whole`."""
    return getattr(report, "advisory", None)


class CreditQuerySet(GuardedQuerySet["Credit"]):
    """Sets of credits."""

    def _of(self, viewer: Viewer) -> Self:
        if isinstance(viewer, LinkHolder):
            return self.none()
        return self if viewer.is_member else self.filter(advisory__published_at__isnull=False)


class Credit(models.Model):
    """A person an advisory names; public with the advisory, and only then."""

    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="credits")
    position = models.PositiveSmallIntegerField()
    name = models.TextField()
    role = models.CharField(
        max_length=24,
        blank=True,
        choices=[(role.value, role.label) for role in CreditRole],
        help_text="Empty: not said.",
    )
    contacts = models.JSONField(default=list)
    extras = models.JSONField(default=dict)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = CreditQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advisory", "position"], name="credits_stand_in_an_order")
        ]

    def __str__(self) -> str:
        return f"credit {self.position} of {self.advisory_id}"

    def as_json(self) -> JsonObject:
        """Return the form that `records.parts.CreditPart` reads."""
        role = CreditRole(self.role) if self.role else None
        return parts.CreditPart(self.name, role, tuple(self.contacts), self.extras).to_json()

    @classmethod
    def rows(
        cls, advisory: Advisory, credits: Iterable[parts.CreditPart], coordinator: Person | None = None
    ) -> list[Credit]:
        """Return unsaved rows for `credits`, in their order.

        Names alone do not say who somebody is; only the report's own coordinator is recognised by one.
        """
        is_coordinator = (CreditRole.COORDINATOR, coordinator.name if coordinator else "")
        return [
            cls(
                advisory=advisory,
                position=position,
                name=credit.name,
                role=credit.role or "",
                contacts=list(credit.contacts),
                extras=dict(credit.extras),
                person=coordinator if (credit.role, credit.name) == is_coordinator else None,
            )
            for position, credit in enumerate(credits)
        ]


class PublishedNumber(models.Model):
    """The last number given out in a year; locked to give the next one, so none is given twice."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"PSF-{self.year}-{self.last}"
