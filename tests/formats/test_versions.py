"""Versions are spelled one way, ranges make sense, and the table for readers says the same."""

import pytest
from packaging.version import Version

from advisories.records.parts import VersionRange
from advisories.records.reading import RecordError
from advisories.records.versions import AffectedRow, check_ranges, check_version, rows


@pytest.mark.parametrize("text", ["0", "3.98.0", "3.99.0a1", "3.99.0rc2", "99.1", "99.1.post1", "3.99.0.dev0"])
def test_version_is_taken_as_python_spells_it(text: str) -> None:
    assert check_version(text) == Version(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "version: is not a version such as 3.14.0 or 3.15.0a3"),
        ("main", "version: is not a version such as 3.14.0 or 3.15.0a3"),
        ("3.98.0-rc2", "version: must be written 3.98.0rc2"),
        ("v3.98.0", "version: must be written 3.98.0"),
        (" 3.98.0", "version: must be written 3.98.0"),
        ("3.98.0\n", "version: must be a single line"),
        ("3.98\x00", "version: holds the character U+0000, which is not allowed in text"),
        ("9" * 5_000, "version: has 5,000 characters, at most 64 are allowed"),
        ("03.98", "version: must be written 3.98"),
        ("1!3.98", "version: must be a version without an epoch or a local part"),
        ("3.98+debian", "version: must be a version without an epoch or a local part"),
    ],
)
def test_version_is_refused_in_another_spelling(text: str, sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        check_version(text)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [VersionRange("0")],
        [VersionRange("0", "3.97.19"), VersionRange("3.98.0", "3.98.3"), VersionRange("3.99.0a1", "3.99.0a6")],
        [VersionRange("3.97.0", "3.98.0"), VersionRange("3.98.0", "3.98.1"), VersionRange("3.99.0a1")],
    ],
)
def test_ranges_in_order_are_taken(ranges: list[VersionRange]) -> None:
    check_ranges(ranges)


@pytest.mark.parametrize(
    ("ranges", "sentence"),
    [
        ([VersionRange("x")], "version_ranges[0].introduced: is not a version such as 3.14.0 or 3.15.0a3"),
        ([VersionRange("0", "3.98.0-1")], "version_ranges[0].fixed: must be written 3.98.0.post1"),
        (
            [VersionRange("3.98.0", "3.98.0")],
            "version_ranges[0].fixed: must come after 3.98.0, where the range begins",
        ),
        (
            [VersionRange("3.98.0", "3.98.0a1")],
            "version_ranges[0].fixed: must come after 3.98.0, where the range begins",
        ),
        (
            [VersionRange("0"), VersionRange("3.98.0", "3.98.1")],
            "version_ranges[0].fixed: is missing; only the last range may be without a fix",
        ),
        (
            [VersionRange("0", "3.98.1"), VersionRange("3.98.0", "3.98.2")],
            "version_ranges[1].introduced: must not come before 3.98.1",
        ),
        (
            [VersionRange("3.98.0", "3.98.1"), VersionRange("0", "3.97.1")],
            "version_ranges[1].introduced: must not come before 3.98.1",
        ),
    ],
)
def test_ranges_are_refused_with_the_bad_one(ranges: list[VersionRange], sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        check_ranges(ranges)

    assert str(refusal.value) == sentence


def test_table_has_a_row_for_each_range() -> None:
    ranges = [
        VersionRange("0", "3.96.19"),
        VersionRange("3.97.0", "3.97.12"),
        VersionRange("3.98.0", "3.99.0a6"),
        VersionRange("3.99.0"),
    ]

    assert rows(ranges) == (
        AffectedRow("3.96 and older", "Before 3.96.19", "3.96.19"),
        AffectedRow("3.97", "3.97.0 and later, before 3.97.12", "3.97.12"),
        AffectedRow("3.98 to 3.99", "3.98.0 and later, before 3.99.0a6", "3.99.0a6"),
        AffectedRow("3.99 and newer", "3.99.0 and later", None),
    )


@pytest.mark.parametrize(
    ("span", "row"),
    [
        (VersionRange("0", "99.1"), AffectedRow("All versions", "Before 99.1", "99.1")),
        (VersionRange("0"), AffectedRow("All versions", "All versions", None)),
        (VersionRange("3.98.0", "3.98.1"), AffectedRow("3.98", "3.98.0 and later, before 3.98.1", "3.98.1")),
    ],
)
def test_table_has_one_row_when_there_is_one_range(span: VersionRange, row: AffectedRow) -> None:
    assert rows([span]) == (row,)


def test_table_is_empty_without_ranges() -> None:
    assert rows([]) == ()
