"""The small parts of an advisory, each with the JSON form that OSV gives it, which is also how it is stored.

Source of every rule here: the OSV schema 1.7 (ossf.github.io/osv-schema). Stricter in three places: an address in a
reference must be one that a browser may follow, an event has exactly one of its four keys, and texts have a length.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from advisories.records.reading import Codec, JsonObject, Node, filled
from advisories.records.vocabulary import (
    ECOSYSTEMS,
    CreditRole,
    EventKind,
    RangeType,
    ReferenceKind,
    SeverityType,
)

#: One name; the longest value of a CVE credit.
NAME_MOST = 4_096

_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
#: RFC 3986 with a host that has a name, for the schemes a page may link to: never javascript or data.
_URL = re.compile(
    rf"(?:https?|ftp|git)://{_CHARACTER}+(?:/{_CHARACTER}*)*(?:\?(?:{_CHARACTER}|[/?])*)?"
    rf"(?:\#(?:{_CHARACTER}|[/?])*)?",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"0|[a-f0-9]{40}|[a-f0-9]{64}")

_V2 = (
    r"(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)"
    r"|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))"
)
_V3 = (
    r"(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]"
    r"|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])"
)
#: The schema's own patterns for `severity[].score`, and how to say what they ask for.
_SCORES = {
    SeverityType.CVSS_V2: (re.compile(rf"(?:{_V2}/)*{_V2}"), "a CVSS version 2 vector"),
    SeverityType.CVSS_V3: (
        re.compile(rf"CVSS:3[.][01]/(?:{_V3}/)*{_V3}"),
        "a vector that begins CVSS:3.1/ or CVSS:3.0/",
    ),
    SeverityType.CVSS_V4: (
        re.compile(
            r"CVSS:4[.]0/AV:[NALP]/AC:[LH]/AT:[NP]/PR:[NLH]/UI:[NPA]/VC:[HLN]/VI:[HLN]/VA:[HLN]/SC:[HLN]/SI:[HLN]"
            r"/SA:[HLN](/E:[XAPU])?(/CR:[XHML])?(/IR:[XHML])?(/AR:[XHML])?(/MAV:[XNALP])?(/MAC:[XLH])?(/MAT:[XNP])?"
            r"(/MPR:[XNLH])?(/MUI:[XNPA])?(/MVC:[XNLH])?(/MVI:[XNLH])?(/MVA:[XNLH])?(/MSC:[XNLH])?(/MSI:[XNLHS])?"
            r"(/MSA:[XNLHS])?(/S:[XNP])?(/AU:[XNY])?(/R:[XAUI])?(/V:[XDC])?(/RE:[XLMH])?"
            r"(/U:(X|Clear|Green|Amber|Red))?"
        ),
        "a vector that begins CVSS:4.0/ with the eleven base metrics in the specification's order",
    ),
    SeverityType.UBUNTU: (
        re.compile("negligible|low|medium|high|critical"),
        "negligible, low, medium, high or critical",
    ),
}

#: Keys that the schema leaves free or that the portal only carries along; they come out again as they went in.
Extras: TypeAlias = Mapping[str, Any]


def read_url(node: Node) -> str:
    """Read an absolute address of the schemes http, https, ftp and git; RFC 3986, at most 2,048 characters (CVE)."""
    return node.matching(_URL, "a full address that begins with https:// (or http, ftp, git), without spaces")


@dataclass(frozen=True)
class SeverityEntry(Codec):
    """One entry of OSV's `severity`; `score` is the vector, not a number."""

    type: SeverityType
    score: str
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read an entry of `severity`."""
        fields = node.fields()
        kind = fields.need("type").member(SeverityType)
        pattern, wanted = _SCORES[kind]
        return cls(kind, fields.need("score").matching(pattern, wanted), fields.rest())

    def to_json(self) -> JsonObject:
        """Write an entry of `severity` as `read` reads it."""
        return {"type": self.type.value, "score": self.score, **self.extras}


@dataclass(frozen=True)
class Reference(Codec):
    """One entry of OSV's `references`."""

    kind: ReferenceKind
    url: str
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read a reference."""
        fields = node.fields()
        return cls(fields.need("type").member(ReferenceKind), read_url(fields.need("url")), fields.rest())

    def to_json(self) -> JsonObject:
        """Write a reference as `read` reads it."""
        return {"type": self.kind.value, "url": self.url, **self.extras}


@dataclass(frozen=True)
class CreditPart(Codec):
    """One entry of OSV's `credits`.

    `role` None: the record does not say; `contacts` are addresses or links, free text in the schema.
    """

    name: str
    role: CreditRole | None = None
    contacts: tuple[str, ...] = ()
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read a credit."""
        fields = node.fields()
        return cls(
            name=fields.need("name").text(NAME_MOST),
            role=fields.optional("type", lambda role: role.member(CreditRole)),
            contacts=fields.items("contact", Node.line),
            extras=fields.rest(),
        )

    def to_json(self) -> JsonObject:
        """Write a credit as `read` reads it."""
        typed = {"contact": list(self.contacts), "type": self.role.value if self.role else None}
        return {"name": self.name, **self.extras, **filled(typed)}


@dataclass(frozen=True)
class Package(Codec):
    """The package of one entry of OSV's `affected`."""

    ecosystem: str
    name: str
    purl: str | None = None
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read a package."""
        fields = node.fields()
        ecosystem = fields.need("ecosystem")
        name, colon, suffix = ecosystem.line().partition(":")
        if name not in ECOSYSTEMS or (colon and not suffix):
            raise ecosystem.refuse("is not an ecosystem that the OSV schema knows, such as PyPI")
        return cls(
            ecosystem=ecosystem.line(),
            name=fields.need("name").line(),
            purl=fields.optional("purl", Node.line),
            extras=fields.rest(),
        )

    def to_json(self) -> JsonObject:
        """Write a package as `read` reads it."""
        purl = {} if self.purl is None else {"purl": self.purl}
        return {"ecosystem": self.ecosystem, "name": self.name, **purl, **self.extras}


@dataclass(frozen=True)
class RangeEvent(Codec):
    """One event of a range; `value` is a commit in a GIT range ("0": the first one), else a version."""

    kind: EventKind
    value: str
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read an event of a range."""
        fields = node.fields()
        kinds = [kind for kind in EventKind if fields.has(kind)]
        if len(kinds) != 1:
            raise node.refuse(f"must have exactly one of {', '.join(EventKind)}")
        return cls(kinds[0], fields.need(kinds[0]).line(), fields.rest())

    def to_json(self) -> JsonObject:
        """Write an event of a range as `read` reads it."""
        return {self.kind.value: self.value, **self.extras}


@dataclass(frozen=True)
class Range(Codec):
    """The events at which a flaw came in and ended, in the record's own order."""

    type: RangeType
    events: tuple[RangeEvent, ...]
    repo: str | None = None
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read a range."""
        fields = node.fields()
        kind = fields.need("type").member(RangeType)
        repo = fields.need("repo").line() if kind is RangeType.GIT else fields.optional("repo", Node.line)
        events = _read_events(fields.need("events"), kind)
        fields.check("database_specific", Node.object)
        return cls(kind, events, repo, fields.rest())

    def to_json(self) -> JsonObject:
        """Write a range as `read` reads it."""
        repo = {} if self.repo is None else {"repo": self.repo}
        return {"type": self.type.value, **repo, "events": [event.to_json() for event in self.events], **self.extras}


def _read_events(node: Node, kind: RangeType) -> tuple[RangeEvent, ...]:
    events = []
    for item in node.items():
        event = RangeEvent.read(item)
        if kind is RangeType.GIT and not _COMMIT.fullmatch(event.value):
            raise Node(None, f"{item.path}.{event.kind}").refuse("must be 40 hexadecimal digits, in lower case")
        events.append(event)
    kinds = {event.kind for event in events}
    if EventKind.INTRODUCED not in kinds:
        raise node.refuse("must say where the flaw was introduced")
    if {EventKind.FIXED, EventKind.LAST_AFFECTED} <= kinds:
        raise node.refuse("cannot have both fixed and last_affected")
    return tuple(events)


@dataclass(frozen=True)
class Affected(Codec):
    """One package or repository and what of it is affected."""

    package: Package | None = None
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    severity: tuple[SeverityEntry, ...] = ()
    extras: Extras = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read an entry of `affected`."""
        fields = node.fields()
        fields.check("ecosystem_specific", Node.object)
        fields.check("database_specific", Node.object)
        return cls(
            package=fields.optional("package", Package.read),
            severity=fields.items("severity", SeverityEntry.read, nullable=True),
            ranges=fields.items("ranges", Range.read),
            versions=fields.items("versions", Node.line),
            extras=fields.rest(),
        )

    def to_json(self) -> JsonObject:
        """Write an entry of `affected` as `read` reads it."""
        typed = {
            "package": self.package.to_json() if self.package else None,
            "severity": [entry.to_json() for entry in self.severity],
            "ranges": [part.to_json() for part in self.ranges],
            "versions": list(self.versions),
        }
        return {**self.extras, **filled(typed)}


@dataclass(frozen=True)
class VersionRange(Codec):
    """Python version strings, `fixed` itself not affected; `fixed` None: no release has the fix yet.

    `introduced` "0" means from the beginning. How the strings are checked: `versions.check_ranges`.
    """

    introduced: str
    fixed: str | None = None

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read a range of versions."""
        fields = node.fields()
        introduced = fields.need("introduced").line()
        fixed = fields.need("fixed")
        fields.only(frozenset(), "a version range")
        return cls(introduced, None if fixed.value is None else fixed.line())

    def to_json(self) -> JsonObject:
        """Write a range of versions as `read` reads it."""
        return {"introduced": self.introduced, "fixed": self.fixed}
