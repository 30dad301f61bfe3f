"""Projects and versions of the policy, by the verbs that make real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from advisories.projects import queries, workflow
from advisories.projects.models import Branch, PolicyVersion, Project
from advisories.projects.queries import PROJECT_FIELDS
from members.people.models import Person
from tests.cast import Cast, act_as

TEXT = "## Rules\n\nWords.\n\n### Kettles {kettle: not-a-vulnerability}\n\nA kettle whistles.\n"
KETTLE: dict[str, Any] = {
    "name": "Kettle", "repository": "example/kettle", "purl": "pkg:pypi/kettle", "vendor": "Example",
    "product": "Kettle", "platforms": "", "is_covered": True, "cna_name": "", "cna_url": "", "contact": "",
    "policy_url": "", "advisory_form": "", "is_offered": True, "position": 30,
}  # fmt: skip


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
