"""The real records, where somebody has put them beside the project; skipped, saying so, where not."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from advisories.records import cve, cvss, osv
from advisories.records.content import AdvisoryContent
from advisories.records.parts import CreditPart, Reference, SeverityEntry, VersionRange
from advisories.records.vocabulary import CreditRole, ReferenceKind, SeverityType
from tests.formats.documents import CNA, canonical, cve_errors, osv_errors, real
from tests.formats.projects import BOTH, CPYTHON, PIP

#: What a CNA container of a real record has and ours does not: what other tools wrote, or what nobody fills in here.
NOT_OURS = {"impacts", "datePublic"}
#: Values of real records that contradict the format, with what is written instead. `collectionURL` names the collection
#: in which `packageName` has a meaning (CVE JSON 5.x), as the other records of pip do; this one names the page of pip.
CORRECTED = {("CVE-2026-3219", "collectionURL"): ("https://pypi.org/project/pip", "https://pypi.org")}


def test_every_historical_record_comes_out_as_it_went_in() -> None:
    records = real("osv/*.json")

    for record in records:
        content = osv.parse(record, BOTH)
        stored = json.loads(json.dumps(content.to_json()))
        written = osv.build(AdvisoryContent.from_json(stored))
        assert canonical(written) == canonical(record), record["id"]
        assert osv_errors(written) == [], record["id"]
        assert content.project == CPYTHON, record["id"]


def test_every_historical_record_that_can_be_one_is_a_valid_cve_record() -> None:
    contents = [osv.parse(record, BOTH) for record in real("osv/*.json")]

    for content in contents:
        if content.cve_id and content.references:
            assert cve_errors(cve.build(content, **CNA)) == [], content.psf_id


def test_every_real_vector_has_the_score_that_was_published() -> None:
    for record in real("cve/*.json"):
        for metric in record["containers"]["cna"].get("metrics", []):
            published = metric.get("cvssV4_0") or metric["cvssV3_1"]
            found = cvss.score(published["vectorString"])
            assert (found.base_score, found.severity.upper()) == (
                Decimal(str(published["baseScore"])),
                published["baseSeverity"],
            ), record["cveMetadata"]["cveId"]


def test_written_cve_record_has_the_shape_of_the_real_one() -> None:
    for record in real("cve/*.json"):
        written = cve.build(_content_of(record), **CNA)
        theirs, ours = record["containers"]["cna"], written["containers"]["cna"]

        name = record["cveMetadata"]["cveId"]
        assert cve_errors(written) == [], name
        assert set(ours) == set(theirs) - NOT_OURS, name
        assert set(written["cveMetadata"]) == set(record["cveMetadata"]) - {"dateReserved"}, name
        assert ours["title"] == theirs["title"], name
        assert [part["url"] for part in ours["references"]] == [part["url"] for part in theirs["references"]], name
        for key in ("product", "repo", "packageName", "collectionURL", "defaultStatus", "modules"):
            stated, expected = CORRECTED.get((name, key), (theirs["affected"][0].get(key),) * 2)
            assert theirs["affected"][0].get(key) == stated, (name, key)
            assert ours["affected"][0].get(key) == expected, (name, key)
        assert _without_user(ours.get("credits")) == _without_user(theirs.get("credits")), name
        if all("lessThan" in span for span in theirs["affected"][0]["versions"]):
            assert ours["affected"][0]["versions"] == theirs["affected"][0]["versions"], name


def _content_of(record: Any) -> AdvisoryContent:
    """As much of a real CVE record as the comparison needs; our own way to read them comes with their import."""
    own = record["containers"]["cna"]
    affected = own["affected"][0]
    moments = {key: datetime.fromisoformat(record["cveMetadata"][key]) for key in ("datePublished", "dateUpdated")}
    content = AdvisoryContent(
        psf_id="PSF-2099-1",
        project=CPYTHON if affected["product"] == "CPython" else PIP,
        modified=moments["dateUpdated"].astimezone(UTC),
        published=moments["datePublished"].astimezone(UTC),
        aliases=(record["cveMetadata"]["cveId"],),
        title=own["title"],
        description=own["descriptions"][0]["value"],
        references=tuple(Reference(ReferenceKind.WEB, reference["url"]) for reference in own["references"]),
        modules=tuple(affected.get("modules", ())),
        credits=tuple(
            CreditPart(credit["value"], CreditRole(credit["type"].upper().replace(" ", "_")))
            for credit in own.get("credits", ())
        ),
        version_ranges=tuple(VersionRange(span["version"], span.get("lessThan")) for span in affected["versions"]),
        weaknesses=tuple(part["cweId"] for problem in own.get("problemTypes", ()) for part in problem["descriptions"]),
    )
    entries = (
        SeverityEntry(kind, metric[key]["vectorString"])
        for metric in own.get("metrics", ())
        for key, kind in (("cvssV4_0", SeverityType.CVSS_V4), ("cvssV3_1", SeverityType.CVSS_V3))
        if key in metric
    )
    return replace(content, severity=tuple(entries))


def _without_user(credits: list[Any] | None) -> list[Any] | None:
    return credits and [{key: value for key, value in credit.items() if key != "user"} for credit in credits]
