"""CVE records, JSON 5.2 (cveproject.github.io/cve-schema), as the PSF publishes them through CVE Services.

Only keys of the 5.1.1 schema are written, which 5.2 has as well; `dataVersion` is what the service says since November
2025. What a CVE record asks beyond an OSV record is refused here with the name of the advisory's field.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from advisories.records import cwe
from advisories.records.content import MOMENTS, AdvisoryContent
from advisories.records.cvss import score
from advisories.records.parts import CreditPart, Reference, VersionRange
from advisories.records.projects import ProjectFacts
from advisories.records.reading import JsonObject, RecordError, filled
from advisories.records.versions import check_ranges
from advisories.records.vocabulary import CreditRole, EventKind, RangeType, ReferenceKind, SeverityType
from web.markdown import to_html

DATA_VERSION = "5.2"
#: Characters and entries that the schema allows: title, a description, its HTML form, references.
TITLE_MOST = 256
DESCRIPTION_MOST = 4_096
MEDIA_MOST = 16_384
REFERENCES_MOST = 512

#: For a record that is withdrawn without a word of its own.
WITHDRAWN = "This CVE ID was withdrawn by its CVE Numbering Authority."

_LANGUAGE = "en"
_METRICS = {"4.0": "cvssV4_0", "3.1": "cvssV3_1", "3.0": "cvssV3_0", "2.0": "cvssV2_0"}


def build(
    content: AdvisoryContent, *, org_id: str, short_name: str, generator: str, rejected_reason: str = WITHDRAWN
) -> JsonObject:
    """Return the whole record: REJECTED with the reason for a withdrawn advisory, else PUBLISHED.

    `org_id` and `short_name` are the CNA's, `generator` our name and version. RecordError where there is no CVE ID or
    the advisory cannot be said as a CVE record.
    """
    content.check()
    if content.cve_id is None:
        raise RecordError("aliases", "there is no CVE ID")
    times = {name: content.moment(name) for name in MOMENTS}
    metadata = {
        "cveId": content.cve_id,
        "assignerOrgId": org_id,
        "assignerShortName": short_name,
        "state": "REJECTED" if content.withdrawn else "PUBLISHED",
        "datePublished": times["published"],
        "dateUpdated": times["modified"],
        "dateRejected": times["withdrawn"],
    }
    own = _rejected(rejected_reason) if content.withdrawn else _published(content)
    container = {
        "providerMetadata": {"orgId": org_id, "shortName": short_name},
        **own,
        "x_generator": {"engine": generator},
    }
    return {
        "dataType": "CVE_RECORD",
        "dataVersion": DATA_VERSION,
        "cveMetadata": filled(metadata),
        "containers": {"cna": container},
    }


def _rejected(reason: str) -> JsonObject:
    return {"rejectedReasons": [{"lang": _LANGUAGE, "value": _within("rejected_reason", reason, DESCRIPTION_MOST)}]}


def _published(content: AdvisoryContent) -> JsonObject:
    title = " ".join(content.title.split())
    return filled(
        {
            "title": _within("title", title, TITLE_MOST) if title else "",
            "descriptions": [_description(content.description)],
            "affected": [_affected(content)],
            "references": _references(content),
            "problemTypes": [_problem_type(weakness) for weakness in dict.fromkeys(content.weaknesses)],
            "metrics": list(_metrics(content)),
            "credits": _credits(content.credits),
            "source": {"discovery": "UNKNOWN"},
        }
    )


def _within(path: str, text: str, most: int) -> str:
    if not text.strip():
        raise RecordError(path, "is missing")
    if len(text) > most:
        raise RecordError(path, f"has {len(text):,} characters, a CVE record holds at most {most:,}")
    return text


def _description(text: str) -> JsonObject:
    """Return the text and its HTML; Markdown reads well enough as plain text where its HTML would be too long."""
    description: JsonObject = {"lang": _LANGUAGE, "value": _within("description", text.strip(), DESCRIPTION_MOST)}
    html = to_html(text)
    if 0 < len(html) <= MEDIA_MOST:
        description["supportingMedia"] = [{"type": "text/html", "base64": False, "value": html}]
    return description


def _affected(content: AdvisoryContent) -> JsonObject:
    facts = content.facts
    versions = list(_versions(content.version_ranges) or _commits(content))
    return filled(
        {
            "vendor": facts.vendor,
            "product": facts.product,
            "packageName": facts.package,
            "collectionURL": facts.collection_url,
            "repo": facts.repo,
            "platforms": list(facts.platforms),
            "modules": list(dict.fromkeys(content.modules)),
            # Without a version, "unaffected" would say that nothing is affected at all.
            "defaultStatus": "unaffected" if versions else "unknown",
            "versions": versions,
        }
    )


def _versions(ranges: Sequence[VersionRange]) -> list[JsonObject]:
    check_ranges(ranges)
    return [_span(span.introduced, span.fixed or "*", "python") for span in ranges]


def _commits(content: AdvisoryContent) -> Iterator[JsonObject]:
    """Yield the spans of a record without releases, as the historical ones: from the commit to each fix."""
    for commits in (span for part in content.affected for span in part.ranges if span.type is RangeType.GIT):
        introduced = next(event.value for event in commits.events if event.kind is EventKind.INTRODUCED)
        fixed = [event.value for event in commits.events if event.kind is EventKind.FIXED]
        for commit in dict.fromkeys(fixed or ["*"]):
            yield _span(introduced, commit, "git")


def _span(version: str, end: str, kind: str) -> JsonObject:
    return {"version": version, "lessThan": end, "status": "affected", "versionType": kind}


def _references(content: AdvisoryContent) -> list[JsonObject]:
    """Return each address once, with the tags of all its kinds."""
    tags: dict[str, list[str]] = {}
    for reference in content.references:
        tag = _tag(reference, content.facts)
        tags.setdefault(reference.url, []).extend([tag] if tag else [])
    if not tags:
        raise RecordError("references", "at least one is needed in a CVE record")
    if len(tags) > REFERENCES_MOST:
        raise RecordError("references", f"there are {len(tags)}, a CVE record holds at most {REFERENCES_MOST}")
    return [filled({"url": url, "tags": list(dict.fromkeys(kinds))}) for url, kinds in tags.items()]


def _tag(reference: Reference, facts: ProjectFacts) -> str | None:
    in_repo = bool(facts.repo) and reference.url.startswith(f"{facts.repo}/")
    if reference.kind is ReferenceKind.ADVISORY:
        host = urlsplit(reference.url).hostname or ""
        is_own = in_repo or host == "python.org" or host.endswith(".python.org")
        return "vendor-advisory" if is_own else "third-party-advisory"
    if reference.kind is ReferenceKind.WEB and in_repo:
        # The historical records call issues, pull requests and commits just WEB.
        part = reference.url.removeprefix(f"{facts.repo}/").partition("/")[0]
        return {"issues": "issue-tracking", "pull": "patch", "commit": "patch"}.get(part)
    return reference.kind.cve_tag


def _problem_type(weakness: str) -> JsonObject:
    name = cwe.name_of(weakness)
    description = f"{weakness} {name}" if name else weakness
    entry = {"type": "CWE", "cweId": weakness, "description": description, "lang": _LANGUAGE}
    return {"descriptions": [entry]}


def _metrics(content: AdvisoryContent) -> Iterator[JsonObject]:
    for entry in dict.fromkeys(content.severities):
        if entry.type is SeverityType.UBUNTU:
            continue
        scored = score(entry.score)
        metric: JsonObject = {
            "version": scored.version,
            "vectorString": entry.score,
            "baseScore": float(scored.base_score),
        }
        if scored.version != "2.0":
            metric["baseSeverity"] = scored.severity.upper()
        yield {
            "format": "CVSS",
            "scenarios": [{"lang": _LANGUAGE, "value": "GENERAL"}],
            _METRICS[scored.version]: metric,
        }


def _credits(credits: Sequence[CreditPart]) -> list[JsonObject]:
    """Return each credit once; one without a role is written `other`: a missing type would say finder."""
    entries = [
        {
            "lang": _LANGUAGE,
            "type": (credit.role or CreditRole.OTHER).in_cve,
            "value": _within(f"credits[{position}].name", credit.name, DESCRIPTION_MOST),
        }
        for position, credit in enumerate(credits)
    ]
    return [entry for position, entry in enumerate(entries) if entry not in entries[:position]]
