"""One thing a line: text boxes of a draft to parts of an advisory, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisories.publication import drafting
from advisories.publication.drafting import LinesError
from advisories.records.parts import CreditPart, Reference, VersionRange
from advisories.records.projects import ProjectFacts
from advisories.records.vocabulary import CreditRole, ReferenceKind
from tests.formats.projects import CPYTHON, PIP

NO_RANGE = "is not one of “before 3.12.7”, “3.13.0 before 3.13.1”, “3.14.0 and later”, “all versions”."
#: What is known of a project without anything in it.
NAMELESS = ProjectFacts(slug="nameless", label="Nameless", vendor="", product="", repo="")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def refused(read: Callable[[str], Any], text: str) -> list[str]:
    with pytest.raises(LinesError) as error:
        read(text)
    return error.value.sentences


# -- versions ----------------------------------------------------------------------------


def test_ranges_are_read_one_a_line() -> None:
    text = "\n  before   3.12.7 \n\n3.13.0 BEFORE 3.13.1\n3.14.0 and later\n"
    assert drafting.read_ranges(text) == (
        VersionRange("0", "3.12.7"),
        VersionRange("3.13.0", "3.13.1"),
        VersionRange("3.14.0"),
    )
    assert drafting.read_ranges("all versions") == (VersionRange("0"),)
    assert drafting.read_ranges(" \n ") == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "3.12.0 - 3.12.6",
            [f"Line 1: “3.12.0 - 3.12.6”: {NO_RANGE}"],
        ),
        (
            "before 3.12.x\n\n3.13.0 before",
            [f"Line 3: “3.13.0 before”: {NO_RANGE}"],
        ),
        ("\nbefore 3.12.x", ["Line 2: the version with the fix is not a version such as 3.14.0 or 3.15.0a3."]),
        ("3.13.1 before 3.13.0", ["Line 1: the version with the fix must come after 3.13.1, where the range begins."]),
        (
            "before 3.13.5\n\n3.13.0 before 3.13.6",
            ["Line 3: the version where the range begins must not come before 3.13.5."],
        ),
        (
            "3.13.0 and later\n3.14.0 and later",
            ["Line 1: the version with the fix is missing; only the last range may be without a fix."],
        ),
    ],
)
def test_a_wrong_range_is_named_by_its_line(text: str, sentences: list[str]) -> None:
    assert refused(drafting.read_ranges, text) == sentences


@given(st.lists(st.integers(0, 40), min_size=0, max_size=8, unique=True), st.booleans(), st.booleans())
def test_ranges_come_back_as_they_were(numbers: list[int], is_from_the_first: bool, is_open: bool) -> None:
    versions = [f"3.{number}.0" for number in sorted(numbers)]
    pairs = list(zip(versions[::2], versions[1::2], strict=False))
    ranges = [VersionRange(start, end) for start, end in pairs]
    if ranges and is_from_the_first:
        ranges[0] = VersionRange("0", ranges[0].fixed)
    if len(versions) % 2 and is_open:
        ranges.append(VersionRange(versions[-1]))
    assert drafting.read_ranges(drafting.write_ranges(ranges)) == tuple(ranges)


def test_all_versions_come_back_as_they_were() -> None:
    assert drafting.write_ranges([VersionRange("0")]) == "all versions"


# -- commits and references --------------------------------------------------------------------


def test_commits_become_references_into_the_projects_repository() -> None:
    assert drafting.read_commits(f"{COMMIT.upper()}\n", PIP) == (
        Reference(ReferenceKind.FIX, f"https://github.com/pypa/pip/commit/{COMMIT}"),
    )
    assert drafting.read_commits("", NAMELESS) == ()


@pytest.mark.rule("OSV-07")
def test_a_wrong_commit_is_named_by_its_line() -> None:
    assert refused(lambda text: drafting.read_commits(text, CPYTHON), f"{COMMIT}\nabc") == [
        "Line 2: “abc”: must be a commit of 40 hexadecimal digits."
    ]
    assert refused(lambda text: drafting.read_commits(text, NAMELESS), COMMIT) == [
        "The portal knows no repository of this project; write the fix as a reference instead."
    ]


def test_references_have_a_kind_or_are_web_pages() -> None:
    text = "fix https://example.org/pull/1\nhttps://example.org/post"
    assert drafting.read_references(text) == (
        Reference(ReferenceKind.FIX, "https://example.org/pull/1"),
        Reference(ReferenceKind.WEB, "https://example.org/post"),
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (
            "PATCH https://example.org/",
            "Line 1: “PATCH https://example.org/”: must begin with one of ADVISORY, ARTICLE",
        ),
        ("\nFIX javascript:alert(1)", "Line 2: “javascript:alert(1)”: must be a full address"),
        ("FIX", "Line 1: “FIX”: must be a full address"),
    ],
)
def test_a_wrong_reference_is_named_by_its_line(text: str, start: str) -> None:
    (sentence,) = refused(drafting.read_references, text)
    assert sentence.startswith(start)


def test_references_come_back_as_they_were() -> None:
    commits, others = f"{COMMIT}", "FIX https://github.com/python/cpython/pull/1\nWEB https://example.org/"
    references = drafting.read_commits(commits, CPYTHON) + drafting.read_references(others)
    assert drafting.write_references(references, CPYTHON) == (commits, others)
    assert drafting.write_references(references, NAMELESS)[0] == ""


# -- credits, weaknesses, modules --------------------------------------------------------------------


@pytest.mark.rule("SEED-13")
def test_a_credit_is_a_name_and_a_role() -> None:
    text = "Masashi Yamane of LAC Co., Ltd, finder\nA. Example,Remediation developer"
    credits = (
        CreditPart("Masashi Yamane of LAC Co., Ltd", CreditRole.FINDER),
        CreditPart("A. Example", CreditRole.REMEDIATION_DEVELOPER),
    )
    assert drafting.read_credits(text) == credits
    assert drafting.read_credits(drafting.write_credits(credits)) == credits
    assert drafting.write_credits([CreditPart("A. Example")]) == "A. Example, "


@pytest.mark.parametrize("text", ["A. Example", "A. Example, hero", ", reporter", "A. Example, reporter, the"])
def test_a_credit_without_a_known_role_is_refused(text: str) -> None:
    (sentence,) = refused(drafting.read_credits, text)
    assert sentence.startswith(f"Line 1: “{text}”: must be a name, a comma and one of reporter, coordinator,")


def test_every_wrong_line_is_named_at_once() -> None:
    assert len(refused(drafting.read_credits, "A\nB, reporter\nC")) == 2


def test_weaknesses_and_modules() -> None:
    assert drafting.read_weaknesses("cwe-835\nCWE-22") == ("CWE-835", "CWE-22")
    assert refused(drafting.read_weaknesses, "835") == ["Line 1: “835”: must be a weakness such as CWE-835."]
    assert drafting.read_modules("http.client\n_ssl") == ("http.client", "_ssl")
    assert refused(drafting.read_modules, "http..client") == [
        "Line 1: “http..client”: must be a module such as http.client."
    ]
