"""The CVE record is what CVE Services take and says all that the advisory knows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from advisories.records import cve, osv
from advisories.records.content import AdvisoryContent
from advisories.records.parts import Affected, CreditPart, Range, RangeEvent, Reference, SeverityEntry, VersionRange
from advisories.records.reading import RecordError
from advisories.records.vocabulary import CreditRole, EventKind, RangeType, ReferenceKind, SeverityType
from tests.formats.documents import CNA, cve_errors, golden, osv_errors, teapot
from tests.formats.projects import BOTH
from tests.formats.projects import CPYTHON as CPYTHON_FACTS

CPYTHON = "https://github.com/python/cpython"


def wheel() -> AdvisoryContent:
    return osv.parse(golden("PSF-2099-2.osv.json"), BOTH)


def kettle() -> AdvisoryContent:
    return osv.parse(golden("PSF-2099-3.osv.json"), BOTH)


def container(content: AdvisoryContent) -> Any:
    """The CNA's part of the record, after the schema has seen the whole."""
    record = cve.build(content, **CNA)
    assert cve_errors(record) == []
    return record["containers"]["cna"]


@pytest.mark.rule(
    "SEED-13",
    "CNA-4.5.5.1",
    "CNA-5.1.2",
    "CNA-5.1.3",
    "CNA-5.1.4",
    "CNA-5.1.5",
    "CNA-5.1.8",
    "CNA-5.2.5",
    "CNA-5.3.1.2",
    "CVE-01",
    "CVE-02",
    "CVE-04",
    "CVE-07",
    "CVE-09",
    "CVE-11",
    "CVE-16",
    "CVE-17",
)
def test_record_of_cpython_is_the_golden_one() -> None:
    assert cve.build(teapot(), **CNA) == golden("PSF-2099-1.cve.json")


@pytest.mark.rule("CNA-5.1.3", "CVE-07")
def test_record_of_pip_with_an_older_severity_is_the_golden_one() -> None:
    assert cve.build(wheel(), **CNA) == golden("PSF-2099-2.cve.json")


@pytest.mark.rule("CVE-02")
def test_record_of_a_withdrawn_advisory_is_the_golden_one() -> None:
    record = cve.build(kettle(), rejected_reason="This teapot was a kettle.", **CNA)

    assert record == golden("PSF-2099-3.cve.json")


def test_withdrawn_advisory_has_a_reason_even_when_nobody_gave_one() -> None:
    assert container(kettle())["rejectedReasons"] == [
        {"lang": "en", "value": "This CVE ID was withdrawn by its CVE Numbering Authority."}
    ]


@pytest.mark.rule("CNA-4.5.5.1", "CNA-5.1.12")
@pytest.mark.parametrize("name", ["PSF-2099-1", "PSF-2099-2", "PSF-2099-3"])
def test_golden_record_satisfies_the_schema_without_an_unknown_key(name: str) -> None:
    assert cve_errors(golden(f"{name}.cve.json")) == []


def test_schema_of_these_tests_refuses_an_unknown_key() -> None:
    record = golden("PSF-2099-1.cve.json")
    record["containers"]["cna"]["affected"][0]["pakageURL"] = "pkg:pypi/pip"

    assert cve_errors(record) == [
        "$.containers.cna.affected[0]: Additional properties are not allowed ('pakageURL' was unexpected)"
    ]


def test_advisory_that_is_not_published_has_no_date_of_publication() -> None:
    record = cve.build(replace(teapot(), published=None), **CNA)

    assert "datePublished" not in record["cveMetadata"]


@pytest.mark.rule("CVE-09")
def test_versions_are_commits_when_no_release_is_known() -> None:
    versions = container(replace(teapot(), version_ranges=()))["affected"][0]["versions"]

    assert versions == [
        {"version": "0", "lessThan": commit * 40, "status": "affected", "versionType": "git"} for commit in "12"
    ]


def test_versions_have_no_end_when_no_commit_is_known_either() -> None:
    commits = Range(RangeType.GIT, (RangeEvent(EventKind.INTRODUCED, "5" * 40),), CPYTHON)
    other = Range(RangeType.ECOSYSTEM, (RangeEvent(EventKind.INTRODUCED, "1.0"),))
    content = replace(teapot(), version_ranges=(), affected=(Affected(ranges=(other, commits)),))

    assert container(content)["affected"][0]["versions"] == [
        {"version": "5" * 40, "lessThan": "*", "status": "affected", "versionType": "git"}
    ]


@pytest.mark.rule("CNA-5.1.4", "CNA-5.1.8", "CVE-11")
def test_status_is_unknown_when_nothing_is_known_of_versions() -> None:
    content = replace(teapot(), version_ranges=(), affected=(), modules=("teapot", "teapot"))

    assert container(content)["affected"] == [
        {
            "vendor": "Python Software Foundation",
            "product": "CPython",
            "repo": CPYTHON,
            "modules": ["teapot"],
            "defaultStatus": "unknown",
        }
    ]


def test_platforms_of_the_project_stand_in_the_record_only_where_it_has_some() -> None:
    few = replace(CPYTHON_FACTS, platforms=("Windows", "macOS"))

    assert container(replace(teapot(), project=few))["affected"][0]["platforms"] == ["Windows", "macOS"]
    assert "platforms" not in container(teapot())["affected"][0]


def test_other_project_is_named_after_its_repository() -> None:
    commits = Range(RangeType.GIT, (RangeEvent(EventKind.INTRODUCED, "0"),), "https://github.com/example/teapot")
    content = replace(teapot(), project=None, version_ranges=(), affected=(Affected(ranges=(commits,)),))

    affected = container(content)["affected"][0]

    assert (affected["vendor"], affected["product"], affected["repo"]) == ("example", "teapot", commits.repo)


def test_other_project_without_a_repository_is_named_after_its_package() -> None:
    package = Affected.from_json({"package": {"ecosystem": "PyPI", "name": "kettle"}})
    references = (Reference(ReferenceKind.WEB, "https://example.org/issues/1"),)
    content = replace(teapot(), project=None, version_ranges=(), modules=(), affected=(package,), references=references)

    assert container(content)["affected"] == [{"vendor": "kettle", "product": "kettle", "defaultStatus": "unknown"}]


@pytest.mark.rule("CVE-13")
@pytest.mark.parametrize(
    ("kind", "url", "tags"),
    [
        (ReferenceKind.ADVISORY, "https://mail.python.org/archives/x", ["vendor-advisory"]),
        (ReferenceKind.ADVISORY, "https://python.org/x", ["vendor-advisory"]),
        (ReferenceKind.ADVISORY, f"{CPYTHON}/security/advisories/GHSA-aaaa-bbbb-cccc", ["vendor-advisory"]),
        (ReferenceKind.ADVISORY, "https://notpython.org/x", ["third-party-advisory"]),
        (ReferenceKind.ADVISORY, f"{CPYTHON}-fork/security/advisories/x", ["third-party-advisory"]),
        (ReferenceKind.ADVISORY, "https://:443/", ["third-party-advisory"]),
        (ReferenceKind.ARTICLE, "https://example.org/", ["technical-description"]),
        (ReferenceKind.DETECTION, "https://example.org/", None),
        (ReferenceKind.DISCUSSION, "https://example.org/", None),
        (ReferenceKind.REPORT, "https://example.org/", ["issue-tracking"]),
        (ReferenceKind.FIX, "https://example.org/", ["patch"]),
        (ReferenceKind.INTRODUCED, "https://example.org/", ["related"]),
        (ReferenceKind.GIT, "https://example.org/", None),
        (ReferenceKind.PACKAGE, "https://example.org/", ["product"]),
        (ReferenceKind.EVIDENCE, "https://example.org/", ["exploit"]),
        (ReferenceKind.WEB, f"{CPYTHON}/issues/1", ["issue-tracking"]),
        (ReferenceKind.WEB, f"{CPYTHON}/pull/1", ["patch"]),
        (ReferenceKind.WEB, f"{CPYTHON}/commit/{'1' * 40}", ["patch"]),
        (ReferenceKind.WEB, f"{CPYTHON}/wiki/x", None),
        (ReferenceKind.WEB, "https://example.org/pull/1", None),
    ],
)
def test_reference_has_the_tag_of_its_kind(kind: ReferenceKind, url: str, tags: list[str] | None) -> None:
    (entry,) = cve.build(replace(teapot(), references=(Reference(kind, url),)), **CNA)["containers"]["cna"][
        "references"
    ]

    assert entry == ({"url": url} if tags is None else {"url": url, "tags": tags})


@pytest.mark.rule("CVE-13")
def test_address_stands_once_with_all_its_tags() -> None:
    url = f"{CPYTHON}/pull/1"
    kinds = (ReferenceKind.WEB, ReferenceKind.EVIDENCE, ReferenceKind.FIX, ReferenceKind.GIT)
    content = replace(teapot(), references=tuple(Reference(kind, url) for kind in kinds))

    assert container(content)["references"] == [{"url": url, "tags": ["patch", "exploit"]}]


@pytest.mark.rule("CVE-16")
def test_metrics_have_every_cvss_version_and_leave_out_what_is_none() -> None:
    entries = (
        SeverityEntry(SeverityType.CVSS_V2, "AV:N/AC:L/Au:N/C:N/I:N/A:P"),
        SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"),
        SeverityEntry(SeverityType.UBUNTU, "low"),
    )

    metrics = container(replace(teapot(), severity=(*entries, entries[0])))["metrics"]

    assert [metric[key] for metric in metrics for key in metric if key.startswith("cvss")] == [
        {"version": "2.0", "vectorString": entries[0].score, "baseScore": 5.0},
        {"version": "3.0", "vectorString": entries[1].score, "baseScore": 7.5, "baseSeverity": "HIGH"},
    ]


def test_keys_without_a_value_are_left_out() -> None:
    content = replace(teapot(), title="", severity=(), weaknesses=(), credits=(), modules=())

    own = container(content)

    assert set(own) == {"providerMetadata", "descriptions", "affected", "references", "source", "x_generator"}


def test_title_is_one_line() -> None:
    assert container(replace(teapot(), title=" Teapot\n parser "))["title"] == "Teapot parser"


def test_html_of_the_description_is_left_out_when_it_is_too_long() -> None:
    (description,) = container(replace(teapot(), description="<" * 4_096))["descriptions"]

    assert description == {"lang": "en", "value": "<" * 4_096}


def test_html_of_the_description_is_left_out_when_there_is_none() -> None:
    (description,) = container(replace(teapot(), description="[teapot]: https://example.org/"))["descriptions"]

    assert description == {"lang": "en", "value": "[teapot]: https://example.org/"}


def test_same_credit_and_weakness_stand_once() -> None:
    rita = CreditPart("Rita", CreditRole.REPORTER)
    content = replace(
        teapot(), credits=(rita, CreditPart("Rita", CreditRole.FINDER), rita), weaknesses=("CWE-22", "CWE-22")
    )

    own = container(content)

    assert own["credits"] == [
        {"lang": "en", "type": "reporter", "value": "Rita"},
        {"lang": "en", "type": "finder", "value": "Rita"},
    ]
    assert len(own["problemTypes"]) == 1


@pytest.mark.rule("CNA-5.1.9", "CNA-5.1.10", "CVE-04", "CVE-05", "CVE-13")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aliases": ("GHSA-aaaa-bbbb-cccc",)}, "aliases: there is no CVE ID"),
        ({"title": "x" * 257}, "title: has 257 characters, a CVE record holds at most 256"),
        ({"description": " \n"}, "description: is missing"),
        ({"description": "x" * 4_097}, "description: has 4,097 characters, a CVE record holds at most 4,096"),
        ({"references": ()}, "references: at least one is needed in a CVE record"),
        (
            {"references": tuple(Reference(ReferenceKind.WEB, f"https://example.org/{n}") for n in range(513))},
            "references: there are 513, a CVE record holds at most 512",
        ),
        ({"credits": (CreditPart("Rita"), CreditPart(" "))}, "credits[1].name: is missing"),
        (
            {"version_ranges": (VersionRange("3.98.1", "3.98.0"),)},
            "version_ranges[0].fixed: must come after 3.98.1, where the range begins",
        ),
        (
            {"severity": (SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N"),)},
            "CVSS:3.1 vector: the metric A is missing",
        ),
        ({"description": "a\x00"}, "description: holds the character U+0000, which is not allowed in text"),
        ({"project": None, "affected": ()}, "affected: does not say which project it is about"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_build_refuses_what_a_cve_record_cannot_say(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        cve.build(replace(teapot(), **change), **CNA)

    assert str(refusal.value) == sentence


def test_rejected_record_needs_a_reason() -> None:
    withdrawn = replace(teapot(), withdrawn=datetime(2099, 9, 1, tzinfo=UTC))

    with pytest.raises(RecordError) as refusal:
        cve.build(withdrawn, rejected_reason=" ", **CNA)

    assert str(refusal.value) == "rejected_reason: is missing"


def test_osv_and_cve_records_agree_for_an_advisory_written_here() -> None:
    draft = replace(teapot(), extras={}, spelling={})
    affected = osv.affected_for(draft.facts, draft.references, draft.version_ranges)

    record = osv.build(replace(draft, affected=affected))

    assert osv_errors(record) == []
    assert record["affected"] == golden("PSF-2099-1.osv.json")["affected"]
    assert container(replace(draft, affected=affected)) == golden("PSF-2099-1.cve.json")["containers"]["cna"]
