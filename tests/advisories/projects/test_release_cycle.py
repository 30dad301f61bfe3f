"""Reading the release cycle: strict, whole or not at all."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from advisories.projects.release_cycle import BRANCHES_MOST, CycleBranch, parse
from advisories.projects.texts import shipped_branches
from advisories.records.reading import RecordError

CYCLE: dict[str, Any] = {
    "3.15": {
        "branch": "main",
        "pep": 790,
        "status": "feature",
        "first_release": "2026-10-01",
        "end_of_life": "2031-10",
        "release_manager": "Hugo van Kemenade",
    },
    "3.13": {
        "branch": "3.13",
        "pep": 719,
        "status": "bugfix",
        "first_release": "2024-10-07",
        "end_of_life": "2029-10-01",
        "release_manager": "Thomas Wouters",
    },
}


def with_part(name: str, value: object) -> dict[str, Any]:
    cycle = deepcopy(CYCLE)
    cycle["3.13"][name] = value
    return cycle


def test_every_branch_is_read_with_its_days() -> None:
    main, bugfix = parse(CYCLE)

    assert main == CycleBranch(
        name="3.15",
        git_branch="main",
        status="feature",
        first_release=date(2026, 10, 1),
        end_of_life=date(2031, 10, 31),
        end_of_life_is_month=True,
        pep=790,
        release_manager="Hugo van Kemenade",
    )
    assert (bugfix.end_of_life, bugfix.end_of_life_is_month) == (date(2029, 10, 1), False)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "the record must be an object, not a list"),
        ({}, "the record has 0 branches; 1 to 200 are expected"),
        ({f"3.{n}": {} for n in range(BRANCHES_MOST + 1)}, "the record has 201 branches; 1 to 200 are expected"),
        ({"main": CYCLE["3.13"]}, "main: is not the version of a branch, such as 3.13"),
        ({"3.13": []}, "3.13: must be an object, not a list"),
        ({"3.15": CYCLE["3.15"]}, "the record has no branch that gets fixes, so it cannot be whole"),
        (with_part("status", "odd"), "3.13.status: must be one of feature, prerelease, bugfix, security, end-of-life"),
        (with_part("pep", "719"), "3.13.pep: must be the number of a PEP"),
        (with_part("pep", True), "3.13.pep: must be the number of a PEP"),
        (with_part("pep", 0), "3.13.pep: must be the number of a PEP"),
        (with_part("first_release", "2024-02-30"), "3.13.first_release: is no day of the calendar"),
        (with_part("end_of_life", "2029-13"), "3.13.end_of_life: is no day of the calendar"),
        (
            with_part("end_of_life", "soon"),
            "3.13.end_of_life: must be a day such as 2029-10-01 or a month such as 2029-10",
        ),
        (with_part("end_of_life", "2020-01-01"), "3.13: ends before its first release"),
        (with_part("branch", "x y"), "3.13.branch: must be the name of a branch in the repository"),
        (with_part("release_manager", "a\nb"), "3.13.release_manager: must be a single line"),
        (with_part("colour", "blue"), "3.13.colour: is not a key of a branch of the release cycle"),
    ],
)
def test_what_is_no_release_cycle_is_refused_with_its_place(document: object, sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        parse(document)
    assert str(refusal.value) == sentence


def test_the_shipped_release_cycle_has_the_branches_of_python_by_their_status() -> None:
    status = {branch.name: branch.status for branch in shipped_branches()}

    assert {name: status[name] for name in ("2.7", "3.9", "3.12", "3.14", "3.15", "3.16")} == {
        "2.7": "end-of-life",
        "3.9": "end-of-life",
        "3.12": "security",
        "3.14": "bugfix",
        "3.15": "prerelease",
        "3.16": "feature",
    }
