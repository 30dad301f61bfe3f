"""OSV records, schema 1.7 (ossf.github.io/osv-schema), as the PSF's advisory database publishes them.

`build(parse(record))` is the record again, as JSON, whatever the schema allows in it.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime

from advisories.records.content import MOMENTS, PSF_ID, TITLE_MOST, AdvisoryContent, read_weakness
from advisories.records.parts import (
    Affected,
    CreditPart,
    Package,
    Range,
    RangeEvent,
    Reference,
    SeverityEntry,
    VersionRange,
)
from advisories.records.projects import ProjectFacts
from advisories.records.reading import Fields, JsonObject, Node, RecordError, filled, rfc3339
from advisories.records.versions import check_ranges
from advisories.records.vocabulary import EventKind, RangeType, ReferenceKind

#: The schema's top-level keys, in the order in which the PSF's records have them.
_KEYS = (
    "modified", "published", "withdrawn", "schema_version", "id", "aliases", "related", "upstream", "summary",
    "details", "severity", "affected", "references", "credits", "database_specific",
)  # fmt: skip
_SCHEMA_VERSION = re.compile(r"1\.[0-9]{1,4}\.[0-9]{1,4}")
_COMMIT_ADDRESS = re.compile(r"(?P<repo>https://github\.com/[^/]+/[^/]+)/commit/(?P<commit>[a-f0-9]{40})")


def parse(document: object, projects: Sequence[ProjectFacts] = ()) -> AdvisoryContent:
    """Read a JSON document, already decoded, as an OSV record about one of `projects`, or about an unknown one.

    RecordError for anything that is not one.

    Beyond the schema: `schema_version` is required, `id` is the PSF's, and see `parts`.
    """
    keys = Node(document).fields()
    keys.only(frozenset(_KEYS), "the OSV schema")
    for name in ("related", "upstream"):
        keys.check(name, _check_lines)
    times = {"modified": _read_time(keys.need("modified"))}
    times |= {name: time for name in MOMENTS if (time := keys.optional(name, _read_time))}
    own_severity = keys.has("severity")
    affected = keys.items("affected", Affected.read, nullable=True)
    if own_severity:
        _refuse_inner_severity(affected)
    specific = keys.optional("database_specific", Node.fields)
    weaknesses = specific.items("cwe_ids", read_weakness) if specific else ()
    return AdvisoryContent(
        psf_id=keys.need("id").matching(PSF_ID, "an id such as PSF-2026-1"),
        project=project_of(affected, projects),
        modified=times["modified"][0],
        aliases=keys.items("aliases", Node.line, nullable=True),
        title=keys.text("summary", TITLE_MOST),
        description=keys.text("details"),
        severity=keys.items("severity", SeverityEntry.read, nullable=True),
        weaknesses=weaknesses,
        references=keys.items("references", Reference.read, nullable=True),
        version_ranges=version_ranges_of(affected),
        affected=affected,
        credits=keys.items("credits", CreditPart.read),
        published=times["published"][0] if "published" in times else None,
        withdrawn=times["withdrawn"][0] if "withdrawn" in times else None,
        schema_version=keys.need("schema_version").matching(_SCHEMA_VERSION, "a version of the schema such as 1.7.0"),
        spelling={name: text for name, (moment, text) in times.items() if text != rfc3339(moment)},
        extras={**keys.rest(), **_what_else(specific, weaknesses)},
    )


def build(content: AdvisoryContent) -> JsonObject:
    """Return the OSV record; RecordError, with the record's own path, where the content does not make a valid one."""
    typed = filled(
        {
            **{name: content.moment(name) for name in MOMENTS},
            "schema_version": content.schema_version,
            "id": content.psf_id,
            "aliases": list(content.aliases),
            "summary": content.title,
            "details": content.description,
            "severity": [entry.to_json() for entry in content.severity],
            "affected": [part.to_json() for part in content.affected],
            "references": [reference.to_json() for reference in content.references],
            "credits": [credit.to_json() for credit in content.credits],
        }
    )
    record = {**content.extras, **typed}
    if content.weaknesses:
        specific = Node(record.get("database_specific", {}), "database_specific").object()
        record["database_specific"] = {**specific, "cwe_ids": list(content.weaknesses)}
    parse(record)
    return deepcopy({key: record[key] for key in _KEYS if key in record})


def affected_for(
    project: ProjectFacts, references: Sequence[Reference], version_ranges: Sequence[VersionRange]
) -> tuple[Affected, ...]:
    """Return OSV's `affected` for an advisory written here.

    The GIT range begins at the commit of an INTRODUCED reference, else at the first, and has a `fixed` for every commit
    of a FIX reference in the project's repository. What is installed from an index has its versions as well.
    """
    introduced = commits_of(references, ReferenceKind.INTRODUCED, project.repo) or ("0",)
    fixed = commits_of(references, ReferenceKind.FIX, project.repo)
    events = [RangeEvent(EventKind.INTRODUCED, commit) for commit in introduced[:1]]
    events += [RangeEvent(EventKind.FIXED, commit) for commit in fixed]
    commits = Range(RangeType.GIT, tuple(events), project.repo)
    if not (project.ecosystem and project.package):
        return (Affected(ranges=(commits,)),)
    releases = Range(RangeType.ECOSYSTEM, tuple(_events_of(version_ranges)))
    package = Package(project.ecosystem, project.package, project.purl or None)
    return (Affected(package, (commits, releases) if releases.events else (commits,)),)


def commits_of(references: Sequence[Reference], kind: ReferenceKind, repo: str) -> tuple[str, ...]:
    """Return the commits of `repo`, each once, that references of this kind lead to."""
    matches = (_COMMIT_ADDRESS.fullmatch(reference.url) for reference in references if reference.kind is kind)
    return tuple(dict.fromkeys(match["commit"] for match in matches if match and match["repo"] == repo))


def project_of(affected: Sequence[Affected], projects: Sequence[ProjectFacts]) -> ProjectFacts | None:
    """Return the one of `projects` whose repository or package stands first in what is affected; None for none."""
    for part in affected:
        for project in projects:
            package = (project.ecosystem, project.package)
            named = part.package and all(package) and (part.package.ecosystem, part.package.name) == package
            if named or any(project.repo and commits.repo == project.repo for commits in part.ranges):
                return project
    return None


def version_ranges_of(affected: Sequence[Affected]) -> tuple[VersionRange, ...]:
    """Return the releases that PyPI ranges name; () where there are none or they say more than from and to."""
    index_ranges = (
        releases
        for part in affected
        if part.package and part.package.ecosystem == "PyPI"
        for releases in part.ranges
        if releases.type is RangeType.ECOSYSTEM
    )
    try:
        spans = tuple(span for releases in index_ranges for span in _spans_of(releases))
        check_ranges(spans)
    except RecordError:
        return ()
    return spans


def _spans_of(releases: Range) -> Iterator[VersionRange]:
    introduced: str | None = None
    for event in releases.events:
        match event.kind, introduced:
            case EventKind.INTRODUCED, None:
                introduced = event.value
            case EventKind.FIXED, str():
                yield VersionRange(introduced, event.value)
                introduced = None
            case _:
                raise RecordError("events", f"{event.kind} cannot be said as a range of versions")
    if introduced is not None:
        yield VersionRange(introduced)


def _events_of(version_ranges: Sequence[VersionRange]) -> Iterator[RangeEvent]:
    for span in version_ranges:
        yield RangeEvent(EventKind.INTRODUCED, span.introduced)
        if span.fixed is not None:
            yield RangeEvent(EventKind.FIXED, span.fixed)


def _read_time(node: Node) -> tuple[datetime, str]:
    return node.moment(), node.line()


def _check_lines(node: Node) -> None:
    for item in node.items():
        item.line()


def _refuse_inner_severity(affected: Sequence[Affected]) -> None:
    for position, part in enumerate(affected):
        if part.severity or part.extras.get("severity") is not None:
            raise RecordError(
                f"affected[{position}].severity", "cannot stand where the record has a severity of its own"
            )


def _what_else(specific: Fields | None, weaknesses: Sequence[str]) -> JsonObject:
    """Return the part of `database_specific` to carry along; the weaknesses alone bring it back."""
    rest = specific.rest() if specific else {}
    return {} if specific is None or (weaknesses and not rest) else {"database_specific": rest}
