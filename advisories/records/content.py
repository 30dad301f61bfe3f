"""The content of one advisory, independent of any format: OSV, CVE, mail and page are all made from it."""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Self

from advisories.records.parts import Affected, CreditPart, Extras, Reference, SeverityEntry, VersionRange
from advisories.records.projects import ProjectFacts
from advisories.records.reading import Codec, JsonObject, Node, RecordError, rfc3339
from advisories.records.vocabulary import SeverityType

#: What a new record says; the newest version of the OSV schema whose rules `parse` holds.
SCHEMA_VERSION = "1.7.0"
#: The longest summary of a GitHub advisory; a CVE title has at most 256 (`cve.TITLE_MOST`).
TITLE_MOST = 1_024

PSF_ID = re.compile(r"PSF-[0-9]{4}-[1-9][0-9]{0,8}")
#: CVE JSON 5.x, `cveId`.
CVE_ID = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
#: CVE JSON 5.x, `cweId`: nine characters at most.
CWE_ID = re.compile(r"CWE-[1-9][0-9]{0,4}")

MOMENTS = ("modified", "published", "withdrawn")


@dataclass(frozen=True)
class AdvisoryContent(Codec):
    """The content of one advisory. Times are aware and in UTC; equal content gives equal records.

    `psf_id` is "" until one is given; `project` is None for one that the portal does not know; `severity` is the
    record's own list and `affected` OSV's; `version_ranges` is what people and the CVE record read; `modules` are
    Python modules ("http.client"). `spelling` keeps a time as the record it came from wrote it, where `written` would
    write it otherwise; `extras` keeps what OSV has beyond this, under OSV's own top-level keys.
    """

    psf_id: str
    project: ProjectFacts | None
    modified: datetime
    aliases: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    severity: tuple[SeverityEntry, ...] = ()
    weaknesses: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    version_ranges: tuple[VersionRange, ...] = ()
    modules: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    credits: tuple[CreditPart, ...] = ()
    published: datetime | None = None
    withdrawn: datetime | None = None
    schema_version: str = SCHEMA_VERSION
    spelling: Mapping[str, str] = field(default_factory=dict, hash=False)
    extras: Extras = field(default_factory=dict, hash=False)

    @property
    def cve_id(self) -> str | None:
        """Return the first alias that is a CVE ID."""
        return next((alias for alias in self.aliases if CVE_ID.fullmatch(alias)), None)

    @property
    def severities(self) -> tuple[SeverityEntry, ...]:
        """Return the advisory's own entries, or else those of what is affected, each once.

        OSV allows one of both at most.
        """
        inner = (entry for part in self.affected for entry in part.severity)
        return self.severity or tuple(dict.fromkeys(inner))

    @property
    def cvss_v4(self) -> str | None:
        """Return the first CVSS version 4 vector."""
        return next((entry.score for entry in self.severities if entry.type is SeverityType.CVSS_V4), None)

    @property
    def facts(self) -> ProjectFacts:
        """Return the facts of the project; an unknown one is named after the first package or repository affected.

        RecordError where there is neither.
        """
        if self.project:
            return self.project
        repos = (commits.repo for part in self.affected for commits in part.ranges if commits.repo)
        repo = next(repos, "").rstrip("/")
        packages = (part.package.name for part in self.affected if part.package)
        name = next(packages, repo.rpartition("/")[2])
        if not name:
            raise RecordError("affected", "does not say which project it is about")
        return ProjectFacts(
            label=name, vendor=repo.rpartition("/")[0].rpartition("/")[2] or name, product=name, repo=repo
        )

    def moment(self, name: str) -> str | None:
        """Return one of MOMENTS as the record writes it."""
        value: datetime | None = getattr(self, name)
        if name in self.spelling and Node(self.spelling[name]).moment() == value:
            return self.spelling[name]
        return rfc3339(value) if value else None

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read what `to_json` wrote; raises RecordError."""
        keys = node.fields()
        keys.only(frozenset(part.name for part in fields(cls)), "an advisory")
        return cls(
            psf_id=keys.need("psf_id").matching(_PSF_ID_OR_NONE, "an id such as PSF-2026-1"),
            project=ProjectFacts.read_or_none(keys.need("project")),
            modified=keys.need("modified").moment(),
            aliases=keys.items("aliases", Node.line),
            title=keys.text("title", TITLE_MOST),
            description=keys.text("description"),
            severity=keys.items("severity", SeverityEntry.read),
            weaknesses=keys.items("weaknesses", read_weakness),
            references=keys.items("references", Reference.read),
            version_ranges=keys.items("version_ranges", VersionRange.read),
            modules=keys.items("modules", Node.line),
            affected=keys.items("affected", Affected.read),
            credits=keys.items("credits", CreditPart.read),
            published=keys.need("published").moment_or_none(),
            withdrawn=keys.need("withdrawn").moment_or_none(),
            schema_version=keys.need("schema_version").line(),
            spelling=_read_spelling(keys.need("spelling")),
            extras=keys.need("extras").object(),
        )

    def to_json(self) -> JsonObject:
        """Return the form for a JSON column; every field under its own name, times as the record writes them."""
        return deepcopy(
            {
                "psf_id": self.psf_id,
                "project": self.project.to_json() if self.project else None,
                **{name: self.moment(name) for name in MOMENTS},
                "aliases": list(self.aliases),
                "title": self.title,
                "description": self.description,
                "severity": [entry.to_json() for entry in self.severity],
                "weaknesses": list(self.weaknesses),
                "references": [reference.to_json() for reference in self.references],
                "version_ranges": [part.to_json() for part in self.version_ranges],
                "modules": list(self.modules),
                "affected": [part.to_json() for part in self.affected],
                "credits": [credit.to_json() for credit in self.credits],
                "schema_version": self.schema_version,
                "spelling": dict(self.spelling),
                "extras": dict(self.extras),
            }
        )


_PSF_ID_OR_NONE = re.compile(f"(?:{PSF_ID.pattern})?")


def read_weakness(node: Node) -> str:
    """Read a CWE id."""
    return node.matching(CWE_ID, "a weakness such as CWE-835")


def _read_spelling(node: Node) -> Mapping[str, str]:
    keys = node.fields()
    keys.only(frozenset(MOMENTS), "the spelling of times")
    for name in MOMENTS:
        keys.check(name, Node.moment)
    return keys.rest()
