"""An advisory's content survives the database's JSON columns, and says which part is bad when something is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from advisories.records import osv
from advisories.records.content import AdvisoryContent
from advisories.records.parts import Affected, CreditPart, Range, RangeEvent, Reference, SeverityEntry, VersionRange
from advisories.records.projects import ProjectFacts
from advisories.records.reading import RecordError
from advisories.records.vocabulary import EventKind, RangeType, SeverityType
from tests.formats.documents import canonical, changed, golden, teapot, without
from tests.formats.projects import BOTH, CPYTHON, PIP

V3 = SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N")
V4 = SeverityEntry(SeverityType.CVSS_V4, "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N")
DAY = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["PSF-2099-1", "PSF-2099-2", "PSF-2099-3"])
def test_content_survives_a_json_column(name: str) -> None:
    content = osv.parse(golden(f"{name}.osv.json"), BOTH)

    again = AdvisoryContent.from_json(json.loads(json.dumps(content.to_json())))

    assert again == content
    assert hash(again) == hash(content)


def test_content_survives_a_json_column_with_what_no_osv_record_says() -> None:
    assert AdvisoryContent.from_json(json.loads(json.dumps(teapot().to_json()))) == teapot()


def test_draft_without_a_number_survives_a_json_column() -> None:
    draft = AdvisoryContent(psf_id="", project=PIP, modified=DAY)

    assert AdvisoryContent.from_json(draft.to_json()) == draft


def test_json_of_a_draft_has_every_field() -> None:
    assert AdvisoryContent(psf_id="", project=PIP, modified=DAY).to_json() == {
        "psf_id": "",
        "project": {
            "slug": "pip",
            "platforms": [],
            "label": "pip",
            "vendor": "Python Packaging Authority",
            "product": "pip",
            "repo": "https://github.com/pypa/pip",
            "collection_url": "https://pypi.org",
            "ecosystem": "PyPI",
            "package": "pip",
            "purl": "pkg:pypi/pip",
        },
        "modified": "2099-01-01T00:00:00Z",
        "published": None,
        "withdrawn": None,
        "aliases": [],
        "title": "",
        "description": "",
        "severity": [],
        "weaknesses": [],
        "references": [],
        "version_ranges": [],
        "modules": [],
        "affected": [],
        "credits": [],
        "schema_version": "1.7.0",
        "spelling": {},
        "extras": {},
    }


STORED = teapot().to_json()


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ([], "the record must be an object, not a list"),
        (without(STORED, "project"), "project: is missing"),
        (changed(STORED, "project", to="pypy"), "project: must be an object, not text"),
        (without(STORED, "project", "vendor"), "project.vendor: is missing"),
        (changed(STORED, "project", "slug", to="Py Py"), "project.slug: must be a short name such as cpython"),
        (changed(STORED, "project", "colour", to="blue"), "project.colour: is not a key of a project"),
        (changed(STORED, "psf_id", to="PSF-1"), "psf_id: must be an id such as PSF-2026-1"),
        (changed(STORED, "colour", to="blue"), "colour: is not a key of an advisory"),
        (changed(STORED, "modules", to="http"), "modules: must be a list, not text"),
        (
            changed(STORED, "version_ranges", 1, "fixed", to=3.98),
            "version_ranges[1].fixed: must be text, not a number",
        ),
        (without(STORED, "version_ranges", 1, "fixed"), "version_ranges[1].fixed: is missing"),
        (
            changed(STORED, "version_ranges", 1, "until", to="x"),
            "version_ranges[1].until: is not a key of a version range",
        ),
        (changed(STORED, "spelling", to={"created": "x"}), "spelling.created: is not a key of the spelling of times"),
        (
            changed(STORED, "spelling", to={"modified": "yesterday"}),
            "spelling.modified: must be a time in UTC such as 2026-09-03T09:12:00Z",
        ),
        (changed(STORED, "extras", to=[]), "extras: must be an object, not a list"),
        (
            changed(STORED, "affected", 0, "ranges", 0, "events", 1, "fixed", to=""),
            "affected[0].ranges[0].events[1].fixed: must be 40 hexadecimal digits, in lower case",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_bad_column_is_refused_with_its_place(stored: Any, sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        AdvisoryContent.from_json(stored)

    assert str(refusal.value) == sentence


def test_list_of_parts_names_the_bad_one() -> None:
    good = CreditPart("Rita Reporter").to_json()

    assert CreditPart.list_from_json([good]) == (CreditPart("Rita Reporter"),)
    with pytest.raises(RecordError) as refusal:
        CreditPart.list_from_json([good, {"name": 1}], "credits")
    assert (refusal.value.path, refusal.value.reason) == ("credits[1].name", "must be text, not a number")


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (Reference, {"type": "FIX", "url": "https://example.org/", "x": 1}),
        (CreditPart, {"name": "Rita", "type": "TOOL", "contact": ["mailto:rita@example.org"], "x": 1}),
        (VersionRange, {"introduced": "3.98.0", "fixed": None}),
        (SeverityEntry, {"type": "Ubuntu", "score": "low"}),
        (Affected, {"package": {"ecosystem": "npm", "name": "x", "purl": ""}, "versions": ["1"]}),
    ],
)
def test_part_survives_a_json_column(kind: Any, stored: Any) -> None:
    assert canonical(kind.from_json(stored).to_json()) == canonical(stored)


def test_check_refuses_what_could_not_be_read_again() -> None:
    teapot().check()
    with pytest.raises(RecordError) as refusal:
        replace(teapot(), title="Tea\x07pot").check()
    assert str(refusal.value) == "title: holds the character U+0007, which is not allowed in text"


def test_cve_id_is_the_first_alias_that_is_one() -> None:
    draft = AdvisoryContent(psf_id="", project=CPYTHON, modified=DAY)

    assert draft.cve_id is None
    aliases = ("GHSA-aaaa-bbbb-cccc", "CVE-2099-1", "CVE-2099-1000", "CVE-2099-2000")
    assert replace(draft, aliases=aliases).cve_id == "CVE-2099-1000"


def test_severity_comes_from_what_is_affected_when_the_record_has_none() -> None:
    parts = (Affected(severity=(V3, V4)), Affected(severity=(V4,)))
    content = AdvisoryContent(psf_id="", project=CPYTHON, modified=DAY, affected=parts)

    assert content.severities == (V3, V4)
    assert content.cvss_v4 == V4.score
    assert replace(content, severity=(V3,)).severities == (V3,)
    assert replace(content, severity=(V3,)).cvss_v4 is None


def test_times_are_written_in_utc_with_as_many_digits_as_they_need() -> None:
    east = datetime(2099, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    content = AdvisoryContent(
        psf_id="", project=CPYTHON, modified=east, published=DAY.replace(microsecond=120_000), withdrawn=None
    )

    assert content.moment("modified") == "2099-01-01T00:00:00Z"
    assert content.moment("published") == "2099-01-01T00:00:00.120Z"
    assert content.moment("withdrawn") is None
    assert replace(content, withdrawn=DAY.replace(microsecond=1)).moment("withdrawn") == "2099-01-01T00:00:00.000001Z"


def test_time_without_a_zone_is_refused() -> None:
    content = AdvisoryContent(psf_id="", project=CPYTHON, modified=DAY.replace(tzinfo=None))

    with pytest.raises(ValueError, match="2099-01-01 00:00:00 has no time zone"):
        content.moment("modified")


def test_facts_of_another_project_come_from_what_is_affected() -> None:
    commits = Range(RangeType.GIT, (RangeEvent(EventKind.INTRODUCED, "0"),), "https://github.com/example/teapot/")
    content = AdvisoryContent(psf_id="", project=None, modified=DAY)

    with pytest.raises(RecordError) as refusal:
        content.facts  # noqa: B018 - reading it is the point
    assert str(refusal.value) == "affected: does not say which project it is about"
    assert replace(content, affected=(Affected(ranges=(commits,)),)).facts == ProjectFacts(
        label="teapot", vendor="example", product="teapot", repo="https://github.com/example/teapot"
    )
    named = Affected.from_json({"package": {"ecosystem": "PyPI", "name": "kettle"}})
    assert replace(content, affected=(named,)).facts == ProjectFacts(
        label="kettle", vendor="kettle", product="kettle", repo=""
    )
    assert replace(content, project=PIP, affected=(named,)).facts.label == "pip"
