"""A document that is no OSV record of the PSF is refused with its place and a plain sentence."""

from typing import Any

import pytest

from advisories.records import osv
from advisories.records.reading import RecordError
from tests.formats.documents import changed, golden, without

TEAPOT = golden("PSF-2099-1.osv.json")
WHEEL = golden("PSF-2099-2.osv.json")
ONES, TWOS = "1" * 40, "2" * 40

EVENTS = ("affected", 0, "ranges", 0, "events")
GIT = ("affected", 0, "ranges", 0)
LONG = "x" * 100_001

#: What is not an OSV record of the PSF, and the sentence that says so.
REFUSALS = [
    ([], "the record must be an object, not a list"),
    (None, "the record must be an object, not null"),
    ({1: "x"}, "a key: must be text, not a number"),
    ({"\ud800": "x"}, "a key: holds the character U+D800, which is not allowed in text"),
    ({}, "modified: is missing"),
    (without(TEAPOT, "id"), "id: is missing"),
    (without(TEAPOT, "modified"), "modified: is missing"),
    (without(TEAPOT, "schema_version"), "schema_version: is missing"),
    (changed(TEAPOT, "id", to="CVE-2099-10001"), "id: must be an id such as PSF-2026-1"),
    (changed(TEAPOT, "id", to="PSF-2099-01"), "id: must be an id such as PSF-2026-1"),
    (changed(TEAPOT, "id", to="PSF-2099-1\n"), "id: must be a single line"),
    (changed(TEAPOT, "id", to="PSF-２０９９-1"), "id: must be an id such as PSF-2026-1"),
    (changed(TEAPOT, "id", to=None), "id: must be text, not null"),
    (changed(TEAPOT, "schema_version", to="2.0.0"), "schema_version: must be a version of the schema such as 1.7.0"),
    (changed(TEAPOT, "schema_version", to=1.7), "schema_version: must be text, not a number"),
    (changed(TEAPOT, "modified", to="2099-03-02"), "modified: must be a time in UTC such as 2026-09-03T09:12:00Z"),
    (
        changed(TEAPOT, "modified", to="2099-03-02T09:30:00+00:00"),
        "modified: must be a time in UTC such as 2026-09-03T09:12:00Z",
    ),
    (
        changed(TEAPOT, "published", to="2099-02-30T09:30:00Z"),
        "published: must be a time in UTC such as 2026-09-03T09:12:00Z; there is no such day or hour",
    ),
    (changed(TEAPOT, "withdrawn", to=0), "withdrawn: must be text, not a number"),
    (changed(TEAPOT, "withdrawn", to=None), "withdrawn: must be text, not null"),
    (changed(TEAPOT, "severty", to=[]), "severty: is not a key of the OSV schema"),
    (changed(TEAPOT, "aliases", to="CVE-2099-10001"), "aliases: must be a list, not text"),
    (changed(TEAPOT, "aliases", 1, to=7), "aliases[1]: must be text, not a number"),
    (changed(TEAPOT, "aliases", to=["A"] * 5_001), "aliases: has 5,001 entries, at most 5,000 are allowed"),
    (changed(TEAPOT, "related", to=[True]), "related[0]: must be text, not true or false"),
    (changed(TEAPOT, "related", to=None), "related: must be a list, not null"),
    (changed(TEAPOT, "upstream", to={}), "upstream: must be a list, not an object"),
    (changed(TEAPOT, "summary", to=["x"]), "summary: must be text, not a list"),
    (changed(TEAPOT, "summary", to="x" * 1_025), "summary: has 1,025 characters, at most 1,024 are allowed"),
    (changed(TEAPOT, "details", to="a\x00b"), "details: holds the character U+0000, which is not allowed in text"),
    (changed(TEAPOT, "details", to="a\udfffb"), "details: holds the character U+DFFF, which is not allowed in text"),
    (changed(TEAPOT, "details", to=LONG), "details: has 100,001 characters, at most 100,000 are allowed"),
    (
        changed(TEAPOT, "severity", 0, "type", to="CVSS_V5"),
        "severity[0].type: must be one of CVSS_V2, CVSS_V3, CVSS_V4, Ubuntu",
    ),
    (
        changed(TEAPOT, "severity", 0, "score", to="CVSS:3.1/AV:N"),
        (
            "severity[0].score: must be a vector that begins CVSS:4.0/ with the eleven base metrics in the "
            "specification's order"
        ),
    ),
    (
        changed(TEAPOT, "severity", to=[{"type": "CVSS_V3", "score": "AV:N"}]),
        "severity[0].score: must be a vector that begins CVSS:3.1/ or CVSS:3.0/",
    ),
    (
        changed(TEAPOT, "severity", to=[{"type": "CVSS_V2", "score": "7.5"}]),
        "severity[0].score: must be a CVSS version 2 vector",
    ),
    (
        changed(TEAPOT, "severity", to=[{"type": "Ubuntu", "score": "LOW"}]),
        "severity[0].score: must be negligible, low, medium, high or critical",
    ),
    (without(TEAPOT, "severity", 0, "score"), "severity[0].score: is missing"),
    (
        changed(WHEEL, "severity", to=TEAPOT["severity"]),
        "affected[0].severity: cannot stand where the record has a severity of its own",
    ),
    (
        changed(changed(WHEEL, "severity", to=None), "affected", 0, "severity", to=[]),
        "affected[0].severity: cannot stand where the record has a severity of its own",
    ),
    (changed(TEAPOT, "affected", 0, to=[]), "affected[0]: must be an object, not a list"),
    (changed(TEAPOT, *GIT, "type", to="git"), "affected[0].ranges[0].type: must be one of GIT, SEMVER, ECOSYSTEM"),
    (without(TEAPOT, *GIT, "type"), "affected[0].ranges[0].type: is missing"),
    (without(TEAPOT, *GIT, "repo"), "affected[0].ranges[0].repo: is missing"),
    (without(TEAPOT, *EVENTS), "affected[0].ranges[0].events: is missing"),
    (
        changed(TEAPOT, *GIT, "database_specific", to=[]),
        "affected[0].ranges[0].database_specific: must be an object, not a list",
    ),
    (changed(TEAPOT, *EVENTS, to=[]), "affected[0].ranges[0].events: must say where the flaw was introduced"),
    (
        changed(TEAPOT, *EVENTS, to=[{"fixed": ONES}]),
        "affected[0].ranges[0].events: must say where the flaw was introduced",
    ),
    (
        changed(TEAPOT, *EVENTS, 1, "fixed", to="abc"),
        "affected[0].ranges[0].events[1].fixed: must be 40 hexadecimal digits, in lower case",
    ),
    (
        changed(TEAPOT, *EVENTS, 1, "fixed", to="A" * 40),
        "affected[0].ranges[0].events[1].fixed: must be 40 hexadecimal digits, in lower case",
    ),
    (
        changed(TEAPOT, *EVENTS, 1, "introduced", to="0"),
        "affected[0].ranges[0].events[1]: must have exactly one of introduced, fixed, last_affected, limit",
    ),
    (
        changed(TEAPOT, *EVENTS, 1, to={}),
        "affected[0].ranges[0].events[1]: must have exactly one of introduced, fixed, last_affected, limit",
    ),
    (
        changed(TEAPOT, *EVENTS, 2, to={"last_affected": TWOS}),
        "affected[0].ranges[0].events: cannot have both fixed and last_affected",
    ),
    (
        changed(WHEEL, "affected", 0, "package", "ecosystem", to="pypi"),
        "affected[0].package.ecosystem: is not an ecosystem that the OSV schema knows, such as PyPI",
    ),
    (
        changed(WHEEL, "affected", 0, "package", "ecosystem", to="Debian:"),
        "affected[0].package.ecosystem: is not an ecosystem that the OSV schema knows, such as PyPI",
    ),
    (without(WHEEL, "affected", 0, "package", "name"), "affected[0].package.name: is missing"),
    (changed(WHEEL, "affected", 0, "package", "purl", to=1), "affected[0].package.purl: must be text, not a number"),
    (changed(WHEEL, "affected", 0, "versions", 0, to=99.0), "affected[0].versions[0]: must be text, not a number"),
    (
        changed(WHEEL, "affected", 0, "ecosystem_specific", to="x"),
        "affected[0].ecosystem_specific: must be an object, not text",
    ),
    (
        changed(WHEEL, "affected", 0, "database_specific", to=None),
        "affected[0].database_specific: must be an object, not null",
    ),
    (
        changed(TEAPOT, "references", 3, "type", to="PATCH"),
        (
            "references[3].type: must be one of ADVISORY, ARTICLE, DETECTION, DISCUSSION, REPORT, FIX, INTRODUCED, GIT,"
            " PACKAGE, EVIDENCE, WEB"
        ),
    ),
    (without(TEAPOT, "references", 3, "url"), "references[3].url: is missing"),
    (changed(TEAPOT, "credits", 0, "name", to=None), "credits[0].name: must be text, not null"),
    (changed(TEAPOT, "credits", 0, "type", to=None), "credits[0].type: must be text, not null"),
    (
        changed(TEAPOT, "credits", 0, "type", to="reporter"),
        (
            "credits[0].type: must be one of REPORTER, COORDINATOR, REMEDIATION_DEVELOPER, REMEDIATION_REVIEWER, "
            "FINDER, ANALYST, REMEDIATION_VERIFIER, TOOL, SPONSOR, OTHER"
        ),
    ),
    (changed(TEAPOT, "credits", 0, "contact", to="mail"), "credits[0].contact: must be a list, not text"),
    (changed(TEAPOT, "credits", to=None), "credits: must be a list, not null"),
    (changed(TEAPOT, "database_specific", to=[]), "database_specific: must be an object, not a list"),
    (changed(TEAPOT, "database_specific", "cwe_ids", to=None), "database_specific.cwe_ids: must be a list, not null"),
    (
        changed(TEAPOT, "database_specific", "cwe_ids", 1, to="CWE-0835"),
        "database_specific.cwe_ids[1]: must be a weakness such as CWE-835",
    ),
    (
        changed(TEAPOT, "database_specific", "invented", to=float("inf")),
        "database_specific.invented: must be a finite number",
    ),
    (
        changed(TEAPOT, "database_specific", "invented", to={"a": ["\x0b"]}),
        "database_specific.invented.a[0]: holds the character U+000B, which is not allowed in text",
    ),
    (changed(TEAPOT, "database_specific", "invented", to=b"x"), "database_specific.invented: must be JSON, not bytes"),
]


@pytest.mark.rule("OSV-01", "OSV-02", "OSV-07", "OSV-08", "OSV-12")
@pytest.mark.parametrize(("document", "sentence"), REFUSALS, ids=[sentence[:60] for _, sentence in REFUSALS])
def test_parse_refuses_with_place_and_reason(document: Any, sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        osv.parse(document)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//python.org/",
        "https://[2001:db8::1]/",
        "python.org",
        "https://",
        "https://python.org/a b",
        "https://python.org/<script>",
        'https://python.org/"x',
        "https://python.org/%zz",
        "https://python.org/#a#b",
        "https://python.org/\u202ex",
        "",
    ],
)
def test_parse_refuses_an_address_that_a_page_could_not_link_to(url: str) -> None:
    with pytest.raises(RecordError) as refusal:
        osv.parse(changed(TEAPOT, "references", 0, "url", to=url))

    assert str(refusal.value) == (
        "references[0].url: must be a full address that begins with https:// (or http, ftp, git), without spaces"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://python.org",
        "HTTPS://Python.org:443/a/b;c=d?e=(f)&g='h'#i/j?k",
        "https://user@python.org:8000/~user/$x,y*",
        "ftp://ftp.python.org/pub/",
        "git://git.kernel.org/x.git",
        "https://example.org?only=query",
    ],
)
def test_parse_takes_an_address_that_a_page_can_link_to(url: str) -> None:
    assert osv.parse(changed(TEAPOT, "references", 0, "url", to=url)).references[0].url == url


def test_parse_refuses_what_is_nested_without_end() -> None:
    nested: Any = []
    for _ in range(500):
        nested = [nested]

    with pytest.raises(RecordError, match=r"\[0\]: is nested more than 32 levels deep$"):
        osv.parse(changed(TEAPOT, "database_specific", "deep", to=nested))
