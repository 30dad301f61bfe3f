"""The text boxes of an advisory's form, one thing a line, to and from the parts of an advisory.

Every `read_...` takes a whole text box and raises `LinesError` with all its faults, each with its line; every
`write_...` turns the parts back into the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from advisories.records import osv
from advisories.records.content import AdvisoryContent, read_weakness
from advisories.records.parts import CreditPart, Reference, SeverityEntry, VersionRange, read_url
from advisories.records.projects import ProjectFacts
from advisories.records.reading import Node, RecordError
from advisories.records.versions import FIRST, check_ranges
from advisories.records.vocabulary import CreditRole, ReferenceKind, SeverityType
from web.validity import as_line, obstacle_to_line

T = TypeVar("T")

_COMMIT = re.compile(r"[0-9a-f]{40}")
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_BEFORE = re.compile(r"(?:(?P<introduced>\S+) )?before (?P<fixed>\S+)", re.IGNORECASE)
_LATER = re.compile(r"(?P<introduced>\S+) and later", re.IGNORECASE)


class LinesError(ValueError):
    """The sentences about one text box, each beginning with its line where there is one."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True)
class Draft:
    """The content of an advisory's form; `vector` and `cve_id` may be empty."""

    title: str
    description: str
    cve_id: str
    vector: str
    weaknesses: tuple[str, ...]
    modules: tuple[str, ...]
    version_ranges: tuple[VersionRange, ...]
    references: tuple[Reference, ...]
    credits: tuple[CreditPart, ...]
    credits_settled: bool

    def content(self, project: ProjectFacts, modified: datetime) -> AdvisoryContent:
        """Return what the records are made from; without an id, which publishing gives."""
        return AdvisoryContent(
            psf_id="",
            project=project,
            modified=modified,
            aliases=(self.cve_id,) if self.cve_id else (),
            title=self.title,
            description=self.description,
            severity=(SeverityEntry(SeverityType.CVSS_V4, self.vector),) if self.vector else (),
            weaknesses=self.weaknesses,
            references=self.references,
            version_ranges=self.version_ranges,
            modules=self.modules,
            affected=osv.affected_for(project, self.references, self.version_ranges),
            credits=self.credits,
        )

    @classmethod
    def of(cls, content: AdvisoryContent, *, credits_settled: bool) -> Draft:
        """Return the draft that says what `content` does."""
        return cls(
            title=content.title,
            description=content.description,
            cve_id=content.cve_id or "",
            vector=content.cvss_v4 or "",
            weaknesses=content.weaknesses,
            modules=content.modules,
            version_ranges=content.version_ranges,
            references=content.references,
            credits=content.credits,
            credits_settled=credits_settled,
        )


def _lines(text: str, read: Callable[[str], T]) -> tuple[T, ...]:
    """Apply `read` to every line that is not empty; a RecordError becomes a sentence about its line."""
    parts, faults = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        plain = " ".join(as_line(line).split())
        if obstacle := obstacle_to_line(plain):
            faults.append(f"Line {number}: {obstacle}")
            continue
        try:
            parts.append(read(plain))
        except RecordError as error:
            faults.append(f"Line {number}: {error}.")
    if faults:
        raise LinesError(faults)
    return tuple(parts)


def _quoted(line: str) -> str:
    return f"“{line[:60]}”"


def read_ranges(text: str) -> tuple[VersionRange, ...]:
    """Read ``before 3.12.7``, ``3.13.0 before 3.13.1``, ``3.14.0 and later`` or ``all versions``, one a line."""
    ranges = _lines(text, _read_range)
    try:
        check_ranges(ranges, "range")
    except RecordError as error:
        position, _, part = error.path.removeprefix("range[").partition("].")
        line = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip()][int(position)]
        raise LinesError([f"Line {line}: the version {_PART[part]} {error.reason}."]) from error
    return ranges


_PART = {"introduced": "where the range begins", "fixed": "with the fix"}


def _read_range(line: str) -> VersionRange:
    if line.lower() == "all versions":
        return VersionRange(FIRST)
    if match := _BEFORE.fullmatch(line):
        return VersionRange(match["introduced"] or FIRST, match["fixed"])
    if match := _LATER.fullmatch(line):
        return VersionRange(match["introduced"])
    raise RecordError(
        _quoted(line), "is not one of “before 3.12.7”, “3.13.0 before 3.13.1”, “3.14.0 and later”, “all versions”"
    )


def write_ranges(ranges: Iterable[VersionRange]) -> str:
    """Write ranges as `read_ranges` reads them."""
    return "\n".join(_write_range(span) for span in ranges)


def _write_range(span: VersionRange) -> str:
    if span.introduced == FIRST:
        return f"before {span.fixed}" if span.fixed else "all versions"
    return f"{span.introduced} before {span.fixed}" if span.fixed else f"{span.introduced} and later"


def read_commits(text: str, project: ProjectFacts) -> tuple[Reference, ...]:
    """Read commits of the fix, 40 hexadecimal digits a line, as references into the project's repository."""
    if not project.repo and text.strip():
        raise LinesError(["The portal knows no repository of this project; write the fix as a reference instead."])

    def read(line: str) -> Reference:
        commit = Node(line.lower(), _quoted(line)).matching(_COMMIT, "a commit of 40 hexadecimal digits")
        return Reference(ReferenceKind.FIX, f"{project.repo}/commit/{commit}")

    return _lines(text, read)


def read_references(text: str) -> tuple[Reference, ...]:
    """Read a kind and an address a line; an address alone is a web page."""
    return _lines(text, _read_reference)


def _read_reference(line: str) -> Reference:
    kind, _, url = line.rpartition(" ")
    try:
        name = ReferenceKind(kind.upper() or ReferenceKind.WEB)
    except ValueError:
        raise RecordError(_quoted(line), f"must begin with one of {', '.join(ReferenceKind)}") from None
    return Reference(name, read_url(Node(url, _quoted(url))))


def write_references(references: Iterable[Reference], project: ProjectFacts) -> tuple[str, str]:
    """Write references as `read_commits` and `read_references` read them."""
    prefix = f"{project.repo}/commit/" if project.repo else "\n"
    commits, others = [], []
    for reference in references:
        commit = reference.url.removeprefix(prefix)
        if reference.kind is ReferenceKind.FIX and _COMMIT.fullmatch(commit):
            commits.append(commit)
        else:
            others.append(f"{reference.kind} {reference.url}")
    return "\n".join(commits), "\n".join(others)


_ROLES = {role.label.lower(): role for role in CreditRole}


def read_credits(text: str) -> tuple[CreditPart, ...]:
    """Read a name, a comma and a role a line."""
    return _lines(text, _read_credit)


def _read_credit(line: str) -> CreditPart:
    name, _, role = line.rpartition(",")
    if role.strip().lower() not in _ROLES or not name.strip():
        raise RecordError(_quoted(line), f"must be a name, a comma and one of {', '.join(_ROLES)}")
    return CreditPart(name.strip(), _ROLES[role.strip().lower()])


def write_credits(credits: Iterable[CreditPart]) -> str:
    """Write credits as `read_credits` reads them."""
    return "\n".join(f"{credit.name}, {credit.role.label.lower() if credit.role else ''}" for credit in credits)


def read_weaknesses(text: str) -> tuple[str, ...]:
    """Read CWE ids, one a line."""
    return _lines(text, lambda line: read_weakness(Node(line.upper(), _quoted(line))))


def read_modules(text: str) -> tuple[str, ...]:
    """Read names of Python modules, one a line."""
    return _lines(text, lambda line: Node(line, _quoted(line)).matching(_MODULE, "a module such as http.client"))
