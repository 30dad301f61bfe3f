"""Reads of projects, their branches and the security policy; what a change of either would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import InterfaceError, OperationalError

from advisories.projects.enums import BranchStatus
from advisories.projects.models import Branch, BranchSource, PolicyVersion, Project
from advisories.projects.release_cycle import CycleBranch
from advisories.projects.texts import FIRST_PROJECTS

#: What an admin can change of a project, in the order of the form.
PROJECT_FIELDS = (
    "name", "repository", "purl", "vendor", "product", "platforms", "is_covered", "cna_name", "cna_url", "contact",
    "policy_url", "advisory_form", "is_offered", "position",
)  # fmt: skip


_LABELS = {
    "purl": "package URL", "is_covered": "covered by the PSF’s CNA", "cna_name": "other CNA", "cna_url": "page of it",
    "policy_url": "its own policy", "advisory_form": "advisory form on GitHub", "is_offered": "report form offers it",
}  # fmt: skip


@dataclass(frozen=True)
class FieldChange:
    """One fact that a change replaces, as a page shows it."""

    label: str
    before: str
    after: str


def offered_projects() -> list[Project]:
    """Return the projects that the public form offers; those that the portal ships while the database is away.

    The form stands in an outage, so that a report can be written meanwhile; what is sent is checked against the rows.
    """
    try:
        return list(Project.objects.offered())
    except (OperationalError, InterfaceError):
        return [Project(**values) for values in FIRST_PROJECTS if values["is_offered"]]


def project_changes(project: Project | None, values: Mapping[str, Any]) -> list[FieldChange]:
    """Return what `values` change of a project, or all that a new one is made of."""
    fresh = project or Project()
    return [
        FieldChange(_LABELS.get(name) or name.replace("_", " "), _shown(getattr(fresh, name)), _shown(values[name]))
        for name in PROJECT_FIELDS
        if getattr(fresh, name) != values[name]
    ]


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value or "")


# -- branches ------------------------------------------------------------------------------------------------


def branches_of(project: Project) -> list[Branch]:
    """Return its branches, the newest first. One query."""
    rows = project.branches.select_related("release_person", "project")
    return sorted(rows, key=lambda branch: (branch.sort_key, branch.name), reverse=True)


def newest_source(project: Project) -> BranchSource | None:
    """Return where its branches were taken from last. One query."""
    return project.branch_sources.first()


def is_late(branch: Branch, day: date) -> bool:
    """Return whether the dates of a branch contradict its status on `day` (UTC): the data are older than both."""
    status = BranchStatus(branch.status)
    if branch.first_release and branch.first_release <= day and status in {"feature", "prerelease"}:
        return True
    return status != BranchStatus.END_OF_LIFE and branch.end_of_life is not None and branch.end_of_life < day


@dataclass(frozen=True)
class BranchChanges:
    """What taking a release cycle would change."""

    added: list[CycleBranch] = field(default_factory=list)
    changed: list[tuple[Branch, CycleBranch]] = field(default_factory=list)
    missing: list[Branch] = field(default_factory=list)
    """Branches that the release cycle does not have; they stay as they are."""

    def sentences(self) -> Iterator[str]:
        """Yield a line for each branch that is added or changed, and for each that stays."""
        for new in self.added:
            yield f"{new.name}: new, {BranchStatus(new.status).label.lower()}"
        for branch, new in self.changed:
            parts = (
                f"{name.replace('_', ' ')} {_shown(getattr(branch, name)) or 'nothing'} -> {_shown(value) or 'nothing'}"
                for name, value in new.values().items()
                if getattr(branch, name) != value
            )
            yield f"{new.name}: {', '.join(parts)}"
        for branch in self.missing:
            yield f"{branch.name}: not in this release cycle, stays as it is"


def branch_changes(stored: Sequence[Branch], cycle: Sequence[CycleBranch]) -> BranchChanges:
    """Return how `cycle` differs from the branches that are there."""
    by_name = {branch.name: branch for branch in stored}
    names = {new.name for new in cycle}
    return BranchChanges(
        added=[new for new in cycle if new.name not in by_name],
        changed=[
            (by_name[new.name], new)
            for new in cycle
            if new.name in by_name
            and any(getattr(by_name[new.name], name) != value for name, value in new.values().items())
        ],
        missing=[branch for branch in stored if branch.name not in names],
    )


# -- the policy ----------------------------------------------------------------------------------------------


def policy_in_force(at: datetime) -> PolicyVersion:
    """Return the version of the security policy that holds at `at`. One query."""
    return PolicyVersion.objects.in_force(at)


def newest_policy() -> PolicyVersion:
    """Return the version that was published last; it may not hold yet. One query."""
    return PolicyVersion.objects.published()[0]


def policy_draft() -> PolicyVersion | None:
    """Return the draft of the next version. One query."""
    return PolicyVersion.objects.select_related("edited_by").draft()
