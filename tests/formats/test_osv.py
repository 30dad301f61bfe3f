"""An OSV record is read strictly and written again as it was."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from advisories.records import osv
from advisories.records.content import AdvisoryContent
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
from advisories.records.reading import RecordError
from advisories.records.vocabulary import (
    CreditRole,
    EventKind,
    RangeType,
    ReferenceKind,
    SeverityType,
)
from tests.formats.documents import canonical, changed, golden, osv_errors, without
from tests.formats.projects import BOTH, PIP
from tests.formats.projects import CPYTHON as CPYTHON_FACTS

TEAPOT = golden("PSF-2099-1.osv.json")
WHEEL = golden("PSF-2099-2.osv.json")
KETTLE = golden("PSF-2099-3.osv.json")

CPYTHON = "https://github.com/python/cpython"
ONES, TWOS = "1" * 40, "2" * 40


def test_record_reads_as_content_when_every_field_is_used() -> None:
    content = osv.parse(TEAPOT, BOTH)

    events = (
        RangeEvent(EventKind.INTRODUCED, "0"),
        RangeEvent(EventKind.FIXED, ONES),
        RangeEvent(EventKind.FIXED, TWOS),
    )
    assert content == AdvisoryContent(
        psf_id="PSF-2099-1",
        project=CPYTHON_FACTS,
        modified=datetime(2099, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC),
        published=datetime(2099, 2, 1, 12, tzinfo=UTC),
        aliases=("GHSA-aaaa-bbbb-cccc", "CVE-2099-10001"),
        title="Teapot parser never returns on an empty spout",
        description=TEAPOT["details"],
        severity=(SeverityEntry(SeverityType.CVSS_V4, TEAPOT["severity"][0]["score"]),),
        weaknesses=("CWE-835", "CWE-9999"),
        references=tuple(Reference(ReferenceKind(one["type"]), one["url"]) for one in TEAPOT["references"]),
        affected=(Affected(ranges=(Range(RangeType.GIT, events, CPYTHON),)),),
        credits=(
            CreditPart("Rita Reporter (Example Org)", CreditRole.REPORTER, ("https://teapots.example.org/~rita",)),
            CreditPart("Cora Coordinator", CreditRole.COORDINATOR),
            CreditPart("Devi Developer", CreditRole.REMEDIATION_DEVELOPER, extras={"contact": []}),
            CreditPart("Remy Reviewer", CreditRole.REMEDIATION_REVIEWER),
            CreditPart("A friend of teapots"),
        ),
        schema_version="1.7.0",
        extras={"related": ["PSF-2098-4"], "upstream": [], "database_specific": {"invented": True}},
    )
    assert content.cve_id == "CVE-2099-10001"
    assert content.cvss_v4 == TEAPOT["severity"][0]["score"]


def test_record_of_pip_reads_its_releases_and_keeps_what_only_it_has() -> None:
    content = osv.parse(WHEEL, BOTH)

    assert content.project is PIP
    assert content.version_ranges == (VersionRange("0", "99.1"),)
    assert content.title == ""
    assert content.weaknesses == ()
    assert content.severity == ()
    assert content.severities == (SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N"),)
    assert content.cvss_v4 is None
    assert content.spelling == {"modified": "2099-05-05T05:05:05.123456789Z", "published": "2099-05-01T00:00:00.000Z"}
    assert content.extras == {"credits": [], "database_specific": {"cwe_ids": []}}
    assert content.affected[0].extras == {
        "ecosystem_specific": {"affected_functions": ["pip.unpack"]},
        "database_specific": {"source": "invented"},
    }


def test_withdrawn_record_reads_with_empty_and_null_keys() -> None:
    content = osv.parse(KETTLE, BOTH)

    assert content.withdrawn == datetime(2099, 7, 1, 8, tzinfo=UTC)
    assert content.project is None
    assert content.extras == {"summary": "", "severity": None, "affected": None, "references": None}


@pytest.mark.rule("SEED-14", "OSV-12", "OSV-13", "OSV-14")
@pytest.mark.parametrize("record", [TEAPOT, WHEEL, KETTLE], ids=lambda record: record["id"])
def test_record_comes_out_as_it_went_in(record: Any) -> None:
    assert canonical(osv.build(osv.parse(record))) == canonical(record)


@pytest.mark.parametrize("record", [TEAPOT, WHEEL, KETTLE], ids=lambda record: record["id"])
def test_golden_record_satisfies_the_schema(record: Any) -> None:
    assert osv_errors(record) == []


#: Changes of PSF-2099-1 that leave it a valid record.
SPELLINGS = {
    "seconds with one zero": changed(TEAPOT, "modified", to="2099-03-02T09:30:00.0Z"),
    "nanoseconds": changed(TEAPOT, "modified", to="2099-03-02T09:30:00.123456789Z"),
    "microseconds": changed(TEAPOT, "modified", to="2099-03-02T09:30:00.123456Z"),
    "no published": without(TEAPOT, "published"),
    "null aliases": changed(TEAPOT, "aliases", to=None),
    "empty aliases": changed(TEAPOT, "aliases", to=[]),
    "no aliases": without(TEAPOT, "aliases"),
    "empty details": changed(TEAPOT, "details", to=""),
    "empty severity": changed(TEAPOT, "severity", to=[]),
    "no affected": without(TEAPOT, "affected"),
    "empty affected": changed(TEAPOT, "affected", to=[]),
    "affected without anything": changed(TEAPOT, "affected", to=[{}]),
    "affected with empty lists": changed(TEAPOT, "affected", to=[{"ranges": [], "versions": [], "severity": None}]),
    "no references": without(TEAPOT, "references"),
    "no database_specific": without(TEAPOT, "database_specific"),
    "empty database_specific": changed(TEAPOT, "database_specific", to={}),
    "only weaknesses": changed(TEAPOT, "database_specific", to={"cwe_ids": ["CWE-22"]}),
    "odd database_specific": changed(
        TEAPOT, "database_specific", to={"cwe_ids": [], "n": [1, 1.0, True, None, {"": ""}]}
    ),
    "a fix nobody introduced lately": changed(
        TEAPOT, "affected", 0, "ranges", 0, "events", 0, to={"introduced": "a" * 64}
    ),
    "a limit": changed(TEAPOT, "affected", 0, "ranges", 0, "events", 2, to={"limit": TWOS, "note": "main only"}),
    "last affected": changed(
        TEAPOT, "affected", 0, "ranges", 0, "events", to=[{"introduced": "0"}, {"last_affected": ONES}]
    ),
    "range with extras": changed(TEAPOT, "affected", 0, "ranges", 0, "database_specific", to={"branch": ["3.98"]}),
    "semver range": changed(
        TEAPOT, "affected", 0, "ranges", 0, to={"type": "SEMVER", "events": [{"introduced": "1.0"}]}
    ),
    "range with an empty repo": changed(TEAPOT, "affected", 0, "ranges", 0, "repo", to=""),
    "package without a purl": changed(
        WHEEL, "affected", 0, "package", to={"ecosystem": "Debian:12", "name": "python3.11"}
    ),
    "package with extras": changed(WHEEL, "affected", 0, "package", "note", to=["kept"]),
    "reference with extras": changed(TEAPOT, "references", 0, "title", to="The issue"),
    "no credit at all": without(TEAPOT, "credits"),
    "credit with extras": changed(TEAPOT, "credits", 0, "email", to=None),
    "nameless credit": changed(TEAPOT, "credits", 0, "name", to=""),
    "old severity": changed(TEAPOT, "severity", to=[{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:N/I:N/A:P"}]),
    "Ubuntu's severity": changed(TEAPOT, "severity", to=[{"type": "Ubuntu", "score": "low", "by": "somebody"}]),
    "full version 4 vector": changed(
        TEAPOT, "severity", 0, "score", to=TEAPOT["severity"][0]["score"] + "/E:P/CR:H/MAV:N/MSI:S/S:P/AU:Y/U:Green"
    ),
    "title of two lines": changed(TEAPOT, "summary", to="Teapot\nparser"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_record_comes_out_as_it_went_in_when_it_is_spelled_unusually(name: str) -> None:
    record = SPELLINGS[name]

    assert canonical(osv.build(osv.parse(record))) == canonical(record)


@pytest.mark.parametrize("name", SPELLINGS)
def test_unusual_record_satisfies_the_schema(name: str) -> None:
    assert osv_errors(SPELLINGS[name]) == []


def test_content_does_not_change_when_the_document_does_afterwards() -> None:
    document = changed(TEAPOT, "database_specific", "list", to=[1])
    content = osv.parse(document)

    document["database_specific"]["list"].append(2)
    osv.build(content)["database_specific"]["list"].append(3)

    assert content.extras["database_specific"] == {"invented": True, "list": [1]}


def test_build_writes_an_edited_time_and_forgets_the_old_spelling() -> None:
    content = replace(osv.parse(WHEEL), modified=datetime(2099, 6, 6, tzinfo=UTC))

    record = osv.build(content)

    assert record["modified"] == "2099-06-06T00:00:00Z"
    assert record["published"] == "2099-05-01T00:00:00.000Z"


@pytest.mark.rule("OSV-13")
def test_build_fills_a_key_that_was_empty_before() -> None:
    content = replace(
        osv.parse(KETTLE),
        title="Kettle",
        weaknesses=("CWE-22",),
        references=(Reference(ReferenceKind.WEB, "https://example.org/"),),
    )

    assert osv.build(content) == {
        **KETTLE,
        "summary": "Kettle",
        "references": [{"type": "WEB", "url": "https://example.org/"}],
        "database_specific": {"cwe_ids": ["CWE-22"]},
    }


def test_build_drops_a_key_that_became_empty() -> None:
    content = replace(osv.parse(TEAPOT), aliases=(), severity=(), credits=(), weaknesses=(), published=None)

    record = osv.build(content)

    gone = {"aliases", "severity", "credits", "published"}
    expected = {key: value for key, value in TEAPOT.items() if key not in gone}
    assert record == expected | {"database_specific": {"invented": True}}


def test_build_refuses_content_that_makes_no_record() -> None:
    content = osv.parse(TEAPOT)
    for change, sentence in (
        ({"psf_id": ""}, "id: is missing"),
        ({"title": "a\x00"}, "summary: holds the character U+0000, which is not allowed in text"),
        ({"extras": {"colour": 1}}, "colour: is not a key of the OSV schema"),
        ({"extras": {"database_specific": 1}}, "database_specific: must be an object, not a number"),
        (
            {"references": (Reference(ReferenceKind.WEB, "javascript:x"),)},
            "references[0].url: must be a full address that begins with https:// (or http, ftp, git), without spaces",
        ),
    ):
        with pytest.raises(RecordError) as refusal:
            osv.build(replace(content, **change))
        assert str(refusal.value) == sentence


@pytest.mark.rule("OSV-06", "OSV-07")
def test_affected_has_every_fixing_commit_of_the_repository_once() -> None:
    references = [
        Reference(ReferenceKind.FIX, f"{CPYTHON}/pull/1"),
        Reference(ReferenceKind.FIX, f"{CPYTHON}/commit/{TWOS}"),
        Reference(ReferenceKind.FIX, f"{CPYTHON}/commit/{ONES}"),
        Reference(ReferenceKind.FIX, f"{CPYTHON}/commit/{TWOS}"),
        Reference(ReferenceKind.WEB, f"{CPYTHON}/commit/{'3' * 40}"),
        Reference(ReferenceKind.FIX, f"https://github.com/somebody/cpython/commit/{'4' * 40}"),
        Reference(ReferenceKind.INTRODUCED, f"{CPYTHON}/commit/{'5' * 40}"),
    ]

    affected = osv.affected_for(CPYTHON_FACTS, references, [VersionRange("0", "3.98.1")])

    assert [part.to_json() for part in affected] == [
        {
            "ranges": [
                {
                    "type": "GIT",
                    "repo": CPYTHON,
                    "events": [{"introduced": "5" * 40}, {"fixed": TWOS}, {"fixed": ONES}],
                }
            ]
        }
    ]


@pytest.mark.rule("OSV-09")
def test_affected_of_pip_has_its_package_and_releases() -> None:
    ranges = [VersionRange("0", "98.3"), VersionRange("99.0")]

    affected = osv.affected_for(PIP, [], ranges)

    assert [part.to_json() for part in affected] == [
        {
            "package": {"ecosystem": "PyPI", "name": "pip", "purl": "pkg:pypi/pip"},
            "ranges": [
                {"type": "GIT", "repo": "https://github.com/pypa/pip", "events": [{"introduced": "0"}]},
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "98.3"}, {"introduced": "99.0"}]},
            ],
        }
    ]
    assert osv.version_ranges_of(affected) == tuple(ranges)


def test_affected_of_pip_has_no_releases_when_none_are_known() -> None:
    (part,) = osv.affected_for(PIP, [], [])

    assert [spoken.type for spoken in part.ranges] == [RangeType.GIT]


@pytest.mark.parametrize(
    "events",
    [
        [{"introduced": "0"}, {"last_affected": "98.0"}],
        [{"introduced": "0"}, {"introduced": "1.0"}],
        [{"introduced": "0"}, {"fixed": "1.0"}, {"fixed": "2.0"}],
        [{"introduced": "2.0"}, {"fixed": "1.0"}],
        [{"introduced": "banana"}],
    ],
)
def test_releases_are_not_guessed_when_a_range_says_something_else(events: list[Any]) -> None:
    content = osv.parse(changed(WHEEL, "affected", 0, "ranges", 1, "events", to=events))

    assert content.version_ranges == ()
    assert osv.build(content)["affected"][0]["ranges"][1]["events"] == events


def test_project_is_found_by_package_or_repository() -> None:
    package = Affected(package=Package("PyPI", "pip"))
    elsewhere = Affected(package=Package("PyPI", "teapot"))
    cpython = Affected(ranges=(Range(RangeType.GIT, (RangeEvent(EventKind.INTRODUCED, "0"),), CPYTHON),))

    assert osv.project_of([elsewhere, package, cpython], BOTH) is PIP
    assert osv.project_of([cpython, package], BOTH) is CPYTHON_FACTS
    assert osv.project_of([elsewhere], BOTH) is None
    assert osv.project_of([], BOTH) is None
    assert osv.project_of([package, cpython], ()) is None


def test_project_without_a_repository_or_a_package_is_found_nowhere() -> None:
    nameless = ProjectFacts(slug="nameless", label="Nameless", vendor="", product="", repo="")
    without_repo = Affected(ranges=(Range(RangeType.SEMVER, (RangeEvent(EventKind.INTRODUCED, "0"),)),))
    empty = Affected(package=Package("", ""))

    assert osv.project_of([without_repo, empty], [nameless]) is None
