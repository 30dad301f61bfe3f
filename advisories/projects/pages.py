"""The areas of this app, the confirmation page of a draft, and what the public page says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from advisories.projects import queries
from advisories.projects.enums import BranchStatus
from advisories.projects.models import Branch, BranchSource, PolicyVersion, Project
from advisories.projects.rules_text import SectionText, shown
from web.areas import AreaSource, Values
from web.confirmation import ConfirmationPage
from web.waiting import Area

#: Ours: data about branches that are older than this are marked; Python has a new version once a year.
OLD_AFTER_DAYS = 60


def _projects_area(_values: Values, _now: datetime) -> Area:
    return Area(
        title="Projects and branches",
        url=reverse("projects:list"),
        detail="What the team answers for, what records say of it, and which branches get fixes.",
    )


def _policy_area(_values: Values, _now: datetime) -> Area:
    return Area(
        title="Security policy",
        url=reverse("projects:policy"),
        detail="The public rules by which reports are decided, version by version.",
    )


AREAS = (
    AreaSource(group="Reports", position=65, area=_projects_area),
    AreaSource(group="Reports", position=66, area=_policy_area),
)


# -- branches ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BranchRow:
    """One branch in a table."""

    branch: Branch
    is_supported: bool
    is_late: bool
    """Its dates contradict its status: the data are old."""


@dataclass(frozen=True)
class BranchTable:
    """The branches of a project, and how old what is known of them is."""

    project: Project
    rows: list[BranchRow]
    source: BranchSource | None
    age: int
    """In days; 0 without a source."""

    @property
    def is_old(self) -> bool:
        """Return whether somebody should look for newer data."""
        return self.age > OLD_AFTER_DAYS or any(row.is_late for row in self.rows)


def branch_table(project: Project, today: date, *, only_maintained: bool = False) -> BranchTable:
    """Return the branches of a project, the newest first, with or without those past their end. Two queries."""
    rows = [
        BranchRow(branch, branch.is_supported(today), queries.is_late(branch, today))
        for branch in queries.branches_of(project)
        if not (only_maintained and branch.status == BranchStatus.END_OF_LIFE)
    ]
    source = queries.newest_source(project)
    return BranchTable(project, rows, source, (today - source.as_of).days if source else 0)


# -- the policy ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicPolicy:
    """The context of the public page."""

    version: PolicyVersion
    next_version: PolicyVersion | None
    """Published, and not in force yet."""
    sections: list[SectionText]
    projects: list[Project]
    tables: list[BranchTable]

    @property
    def with_form(self) -> list[Project]:
        """Return the projects that take reports as GitHub Security Advisories."""
        return [project for project in self.projects if project.advisory_form]

    @property
    def covered(self) -> list[Project]:
        """Return the projects that the PSF's CNA covers."""
        return [project for project in self.projects if project.is_covered]

    @property
    def others(self) -> list[Project]:
        """Return the projects that it does not cover."""
        return [project for project in self.projects if not project.is_covered]


def public_policy(now: datetime) -> PublicPolicy:
    """Return what the public page says at `now`. Two queries, and two for each project that has branches."""
    versions = list(PolicyVersion.objects.published().order_by("number"))
    in_force = [
        version
        for version in versions
        if version.number == 1 or (version.in_force_from and version.in_force_from <= now)
    ][-1]
    later = [version for version in versions if version.number > in_force.number]
    projects = list(Project.objects.prefetch_related("branches"))
    return PublicPolicy(
        version=in_force,
        next_version=later[0] if later else None,
        sections=shown(in_force.text),
        projects=projects,
        tables=[
            branch_table(project, now.date(), only_maintained=True) for project in projects if project.branches.all()
        ],
    )


def public_context(now: datetime) -> dict[str, Any]:
    """Return the whole context of the public page."""
    return {
        "policy": public_policy(now),
        "cna_address": settings.CNA_ADDRESS,
        "key_url": settings.SECURITY_KEY_URL,
        "public_issues": "https://github.com/python/cpython/issues",
    }


def discard_page(draft: PolicyVersion) -> ConfirmationPage:
    """Return the page that is confirmed before a draft is thrown away."""
    return ConfirmationPage(
        here="Throw the draft away",
        heading=f"Throw the draft of version {draft.number} away?",
        lead="The version that is published stays as it is. The text of the draft cannot be brought back.",
        label="Throw it away",
        tone="danger",
        keep="Keep it",
    )
