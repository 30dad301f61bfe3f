"""What the database refuses, whoever writes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from advisories.projects.models import Branch, BranchSource, PolicyRule, PolicyVersion, Project
from audit import clock
from tests.advisories import factories
from tests.advisories.constraints import refuses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("a_project_has_a_short_name", {"slug": "Kettle"}),
        ("a_project_has_a_name", {"name": ""}),
        ("a_repository_is_an_owner_and_a_name", {"repository": "kettle"}),
        ("a_package_url_is_one_of_pypi", {"purl": "pkg:npm/kettle"}),
        ("a_covered_project_has_no_other_cna", {"is_covered": True, "cna_name": "Other"}),
        ("the_link_of_a_cna_comes_with_its_name", {"cna_url": "https://example.org/"}),
    ],
)
def test_a_project_is_what_it_says(constraint: str, values: dict[str, Any]) -> None:
    refuses(constraint, lambda: Project.objects.create(**{"slug": "kettle", "name": "Kettle", **values}))


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("a_project_has_one_branch_of_a_name", {"name": "3.13"}),
        ("a_branch_has_a_name", {"name": ""}),
        ("a_branch_has_a_status", {"status": "odd"}),
        (
            "a_branch_is_released_before_it_ends",
            {"first_release": date(2026, 1, 2), "end_of_life": date(2026, 1, 1)},
        ),
        ("only_an_end_of_life_is_a_month", {"end_of_life_is_month": True}),
    ],
)
def test_a_branch_is_what_it_says(constraint: str, values: dict[str, Any]) -> None:
    refuses(
        constraint,
        lambda: Branch.objects.create(**{"project_id": "cpython", "name": "9", "status": "bugfix", **values}),
    )


def test_branches_come_from_somewhere() -> None:
    now = clock.now()
    refuses(
        "branches_come_from_somewhere",
        lambda: BranchSource.objects.create(project_id="pip", source="", as_of=now.date(), taken_at=now),
    )


def version(**values: Any) -> PolicyVersion:
    return PolicyVersion.objects.create(**{"number": 2, "text": "x", "edited_at": clock.now(), **values})


def test_a_version_of_the_policy_is_what_it_says() -> None:
    now = clock.now()
    refuses("a_policy_says_something", lambda: version(text=""))
    refuses("number", lambda: version(number=1))
    refuses("a_published_policy_says_from_when", lambda: version(published_at=now))
    refuses("a_published_policy_says_from_when", lambda: version(in_force_from=now))
    refuses(
        "a_published_policy_says_from_when",
        lambda: version(published_at=now, in_force_from=now - timedelta(seconds=1)),
    )
    version()
    refuses("there_is_one_draft_of_the_policy", lambda: version(number=3))


def test_a_rule_is_what_it_says() -> None:
    first = PolicyVersion.objects.get(number=1)
    values: dict[str, Any] = {"version": first, "heading": "K", "text": "T", "leads_to": "discard", "position": 99}
    refuses("a_rule_has_a_code_of_its_own", lambda: PolicyRule.objects.create(**values, code="dos-gain"))
    refuses("a_rule_says_something", lambda: PolicyRule.objects.create(**{**values, "text": ""}, code="k"))


def test_the_version_of_a_report_cannot_be_deleted() -> None:
    factories.received()
    PolicyRule.objects.all().delete()

    def delete() -> None:
        PolicyVersion.objects.get(number=1).delete()
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():
        delete()
