"""Projects and versions of the policy, by the verbs that make real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from advisories.projects import queries, workflow
from advisories.projects.events import ProjectEvent
from advisories.projects.models import Branch, PolicyVersion, Project
from advisories.projects.queries import PROJECT_FIELDS
from members.people.models import Person
from notifications.enums import Mail
from tests.cast import Cast, act_as

TEXT = "## Rules\n\nWords.\n\n### Kettles {kettle: not-a-vulnerability}\n\nA kettle whistles.\n"
#: What the form of a branch gives.
BRANCH: dict[str, Any] = {
    "name": "25.x", "git_branch": "25", "status": "bugfix", "first_release": date(2026, 1, 2),
    "end_of_life": date(2027, 1, 31), "end_of_life_is_month": True, "pep": None, "release_manager": "Remy",
    "release_person": None,
}  # fmt: skip
KETTLE: dict[str, Any] = {
    "name": "Kettle", "repository": "example/kettle", "purl": "pkg:pypi/kettle", "vendor": "Example",
    "product": "Kettle", "platforms": "", "is_covered": True, "cna_name": "", "cna_url": "", "contact": "",
    "policy_url": "", "advisory_form": "", "is_offered": True, "position": 30,
}  # fmt: skip


def cpython() -> Project:
    """Return the project that a migration writes."""
    return Project.objects.get(pk="cpython")


def kettle(by: Person, **values: Any) -> Project:
    """A project that an admin has added."""
    return workflow.add_project("kettle", {**KETTLE, **values}, by=act_as(by))


def values_of(project: Project, **changed: Any) -> dict[str, Any]:
    """What is known of a project, with a few changes."""
    return {**{name: getattr(project, name) for name in PROJECT_FIELDS}, **changed}


def drafted(by: Person, text: str = TEXT, change: str = "Kettles.") -> PolicyVersion:
    """A draft of the next version of the policy."""
    draft = queries.policy_draft()
    return workflow.save_policy_draft(text, change, revision=draft.revision if draft else 0, by=act_as(by))


def published(by: Person, text: str = TEXT, *, in_force_from: datetime | None = None) -> PolicyVersion:
    """The next version of the policy, published."""
    draft = drafted(by, text)
    return workflow.publish_policy(revision=draft.revision, in_force_from=in_force_from, by=act_as(by))


def branch(name: str = "3.13") -> Branch:
    """A branch of CPython."""
    return Branch.objects.get(project="cpython", name=name)


STORIES: list[tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]] = [
    (
        "a project is changed",
        ProjectEvent.PROJECT_SAVED,
        lambda cast: kettle(cast.ada),
        {Mail.ATTENTION: {"abel"}},
    ),
    (
        "a branch is added",
        ProjectEvent.BRANCH_SAVED,
        lambda cast: workflow.save_branch(Project.objects.get(pk="pip"), None, BRANCH, by=act_as(cast.ada)),
        {Mail.ATTENTION: {"abel"}},
    ),
    (
        "a new security policy",
        ProjectEvent.POLICY_PUBLISHED,
        lambda cast: published(cast.ada),
        {Mail.ATTENTION: {"abel", "mel", "mia", "rita", "sara", "newt"}},
    ),
]


def addresses(cast: Cast) -> dict[tuple[str, str], Mapping[str, str]]:
    """The pages of CPython, of a branch and of the first version of the policy, with a draft of a second one."""
    drafted(cast.ada)
    cpython = {"slug": "cpython"}
    return {
        ("projects:detail", ""): cpython,
        ("projects:change", ""): cpython,
        ("projects:new_branch", ""): cpython,
        ("projects:branch", ""): {**cpython, "pk": str(branch().pk)},
        ("projects:policy_version", ""): {"number": "1"},
    }
