"""The projects, branches and policy that every installation starts with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from advisories.projects import release_cycle
from advisories.projects.rules_text import rules
from web import outside_json

#: The last release that the shipped data (python/peps) know of.
SHIPPED_AS_OF = date(2026, 8, 5)
SHIPPED = "the copy shipped with the portal"

#: Developer's guide, "Security policy": the projects in the scope of the PSF's CNA.
FIRST_PROJECTS = (
    {
        "slug": "cpython",
        "name": "CPython",
        "repository": "python/cpython",
        "vendor": "Python Software Foundation",
        "product": "CPython",
        "is_covered": True,
        "is_offered": True,
        "advisory_form": "https://github.com/python/cpython/security/advisories/new",
        "policy_url": "https://devguide.python.org/security/policy/",
        "position": 10,
    },
    {
        "slug": "pip",
        "name": "pip",
        "repository": "pypa/pip",
        "purl": "pkg:pypi/pip",
        "vendor": "Python Packaging Authority",
        "product": "pip",
        "is_covered": True,
        "is_offered": True,
        "position": 20,
    },
)


def shipped_branches() -> list[release_cycle.CycleBranch]:
    """Return the branches of CPython that the portal ships."""
    text = Path(__file__).with_name("release-cycle.json").read_text(encoding="utf-8")
    return release_cycle.parse(outside_json.read(text))


def first_policy() -> str:
    """Return the first text of the security policy."""
    return Path(__file__).with_name("policy.md").read_text(encoding="utf-8")


def write_first_rows(project: Any, branch: Any, source: Any, version: Any, rule: Any) -> None:
    """Create the first projects with their branches, and version 1 of the policy.

    Takes the managers of a migration's models, or of the models.
    """
    now = timezone.now()
    for values in FIRST_PROJECTS:
        project.create(**values)
    for shipped in shipped_branches():
        branch.create(project_id=release_cycle.PROJECT, name=shipped.name, **shipped.values())
    source.create(project_id=release_cycle.PROJECT, source=SHIPPED, as_of=SHIPPED_AS_OF, taken_at=now)
    first = version.create(
        number=1, text=first_policy(), change="The first version.", edited_at=now, published_at=now, in_force_from=now
    )
    for position, written in enumerate(rules(first.text), start=1):
        rule.create(
            version_id=first.pk,
            code=written.code,
            heading=written.heading,
            text=written.text,
            leads_to=written.leads_to,
            position=position,
        )
