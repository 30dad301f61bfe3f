"""Versions as Python and pip number them (PEP 440), and the ranges that an advisory says are affected."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import InvalidVersion, Version

from advisories.records.parts import VersionRange
from advisories.records.reading import Node, RecordError

#: The beginning of all versions, in OSV and CVE records alike.
FIRST = "0"
#: Characters of one version; a CVE record allows 1,024, PEP 440 needs far fewer.
VERSION_MOST = 64


@dataclass(frozen=True)
class AffectedRow:
    """One line of the table "Am I affected?"; `fixed` None: no release has the fix yet."""

    branch: str
    affected: str
    fixed: str | None


def check_version(text: str, path: str = "version") -> Version:
    """Return the version, if written as PEP 440 has it ("3.14.0rc2"); RecordError else, with the right spelling."""
    try:
        version = Version(Node(text, path).line(VERSION_MOST))
    except InvalidVersion:
        raise RecordError(path, "is not a version such as 3.14.0 or 3.15.0a3") from None
    if version.epoch or version.local:
        raise RecordError(path, "must be a version without an epoch or a local part")
    if str(version) != text:
        raise RecordError(path, f"must be written {version}")
    return version


def check_ranges(ranges: Sequence[VersionRange], path: str = "version_ranges") -> None:
    """Raise RecordError unless each range begins before it ends and they stand in order without overlapping."""
    for position, span in enumerate(ranges):
        start = check_version(span.introduced, f"{path}[{position}].introduced")
        if span.fixed is not None and check_version(span.fixed, f"{path}[{position}].fixed") <= start:
            raise RecordError(f"{path}[{position}].fixed", f"must come after {span.introduced}, where the range begins")
    for position, (before, after) in enumerate(pairwise(ranges)):
        if before.fixed is None:
            raise RecordError(f"{path}[{position}].fixed", "is missing; only the last range may be without a fix")
        if Version(after.introduced) < Version(before.fixed):
            raise RecordError(f"{path}[{position + 1}].introduced", f"must not come before {before.fixed}")


def rows(ranges: Sequence[VersionRange]) -> tuple[AffectedRow, ...]:
    """Return the table's lines, one a range, in their order; the ranges are such as `check_ranges` accepts."""
    return tuple(AffectedRow(_branch(span, alone=len(ranges) == 1), _affected(span), span.fixed) for span in ranges)


def _branch(span: VersionRange, *, alone: bool) -> str:
    if span.introduced == FIRST:
        return "All versions" if span.fixed is None or alone else f"{_series(span.fixed)} and older"
    first = _series(span.introduced)
    if span.fixed is None:
        return f"{first} and newer"
    last = _series(span.fixed)
    return first if first == last else f"{first} to {last}"


def _series(text: str) -> str:
    version = Version(text)
    return f"{version.major}.{version.minor}"


def _affected(span: VersionRange) -> str:
    if span.introduced == FIRST:
        return "All versions" if span.fixed is None else f"Before {span.fixed}"
    return f"{span.introduced} and later" if span.fixed is None else f"{span.introduced} and later, before {span.fixed}"
