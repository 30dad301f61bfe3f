"""Read the release cycle of Python as peps.python.org publishes it: branches with status and dates, by version.

Pure: strict, whole or not at all; every refusal names its place.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, fields
from datetime import date

from advisories.projects.enums import BranchStatus
from advisories.records.reading import Fields, Node, RecordError

#: The project whose branches the release cycle lists.
PROJECT = "cpython"
_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
_BRANCH = re.compile(r"[A-Za-z0-9._/-]{0,100}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
#: Python has had fewer than thirty; a file with far more is not what it should be.
BRANCHES_MOST = 200
PEP_MOST = 99_999


@dataclass(frozen=True)
class CycleBranch:
    """One branch of the release cycle; the names are those of `Branch`'s fields."""

    name: str
    git_branch: str
    status: str
    first_release: date
    end_of_life: date
    end_of_life_is_month: bool
    pep: int
    release_manager: str

    def values(self) -> dict[str, object]:
        """Return everything but the name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}


def parse(document: object) -> list[CycleBranch]:
    """Read a JSON document, already decoded; RecordError for anything that is no release cycle."""
    keys = Node(document).fields()
    names = list(document) if isinstance(document, dict) else []
    if not 1 <= len(names) <= BRANCHES_MOST:
        raise RecordError("", f"has {len(names)} branches; 1 to {BRANCHES_MOST} are expected")
    branches = [_branch(name, keys) for name in names]
    if not any(BranchStatus(branch.status).gets_cve_ids for branch in branches):
        raise RecordError("", "has no branch that gets fixes, so it cannot be whole")
    return branches


def _branch(name: str, keys: Fields) -> CycleBranch:
    node = keys.need(name)
    if not _VERSION.fullmatch(name):
        raise node.refuse("is not the version of a branch, such as 3.13")
    part = node.fields()
    first, _ = _day(part.need("first_release"))
    end, is_month = _day(part.need("end_of_life"))
    if end < first:
        raise node.refuse("ends before its first release")
    branch = CycleBranch(
        name=name,
        git_branch=part.need("branch").matching(_BRANCH, "the name of a branch in the repository"),
        status=part.need("status").member(BranchStatus),
        first_release=first,
        end_of_life=end,
        end_of_life_is_month=is_month,
        pep=_pep(part.need("pep")),
        release_manager=part.need("release_manager").line(200),
    )
    part.only(frozenset(), "a branch of the release cycle")
    return branch


def _day(node: Node) -> tuple[date, bool]:
    """Return the day, and whether only its month is known: then the last one of the month."""
    text = node.matching(_DAY, "a day such as 2029-10-01 or a month such as 2029-10")
    is_month = len(text) == 7
    try:
        first = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        raise node.refuse("is no day of the calendar") from None
    last = calendar.monthrange(first.year, first.month)[1]
    return (first.replace(day=last), True) if is_month else (first, False)


def _pep(node: Node) -> int:
    if not isinstance(node.value, int) or isinstance(node.value, bool) or not 1 <= node.value <= PEP_MOST:
        raise node.refuse("must be the number of a PEP")
    return node.value
