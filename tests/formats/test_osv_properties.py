"""Every record that the OSV schema allows comes out of the portal as it went in."""

import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from advisories.records import osv
from advisories.records.content import AdvisoryContent
from advisories.records.reading import RecordError
from advisories.records.vocabulary import CreditRole, ReferenceKind
from tests.formats.documents import OSV_SCHEMA, canonical, golden, osv_schema

pytestmark = pytest.mark.no_cover  # hundreds of times the same lines

EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

#: Any text that XML 1.0 allows, which is what the portal stores.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n"),
    max_size=40,
)
lines = texts.map(lambda text: text.replace("\n", " "))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(lines, inner, max_size=3),
    max_leaves=6,
)
#: Keys that the schema says nothing of; never one it knows.
extras = st.dictionaries(lines.map(lambda key: f"x_{key}"), json_values, max_size=2)
commits = st.text("0123456789abcdef", min_size=40, max_size=40) | st.just("0")
moments = st.builds(
    lambda moment, fraction: moment.strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + fraction + "Z",
    st.datetimes(),
    st.just("") | st.text(string.digits, min_size=1, max_size=12).map(lambda digits: f".{digits}"),
)
urls = st.builds(
    lambda scheme, path: f"{scheme}://example.org/{path}",
    st.sampled_from(["https", "http", "ftp", "git"]),
    st.text(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/", max_size=20),
)


def objects(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    declared = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda more, own: {**more, **own}, extras, declared)


def lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=3)


severities = lists(
    objects({"type": st.just("CVSS_V3"), "score": st.just("CVSS:3.0/AV:N/AC:L")}, {})
    | objects({"type": st.just("CVSS_V2"), "score": st.just("AV:N/AC:L/Au:N/C:N/I:N/A:P")}, {})
    | objects({"type": st.just("Ubuntu"), "score": st.sampled_from(["negligible", "critical"])}, {})
    | objects(
        {
            "type": st.just("CVSS_V4"),
            "score": st.just("CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N/U:Green"),
        },
        {},
    )
)


def events(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    ends = st.sampled_from([["fixed", "limit"], ["last_affected", "limit"]])
    others = ends.flatmap(lambda kinds: lists(st.sampled_from(kinds).flatmap(lambda kind: objects({kind: values}, {}))))
    return st.builds(lambda first, rest: [first, *rest], objects({"introduced": values}, {}), others)


ranges = objects(
    {"type": st.just("GIT"), "repo": lines, "events": events(commits)},
    {"database_specific": extras},
) | objects(
    {"type": st.sampled_from(["SEMVER", "ECOSYSTEM"]), "events": events(lines)},
    {"repo": lines, "database_specific": extras},
)
packages = objects({"ecosystem": st.sampled_from(["PyPI", "Debian:12", "GIT"]), "name": lines}, {"purl": lines})


def affected(severity: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return objects(
        {},
        {
            "package": packages,
            "severity": severity,
            "ranges": lists(ranges),
            "versions": lists(lines),
            "ecosystem_specific": extras,
            "database_specific": extras,
        },
    )


def top(severity: dict[str, Any], inner_severity: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.integers(1, 999).map(lambda number: f"PSF-2099-{number}")
    optional = {
        "published": moments,
        "withdrawn": moments,
        "aliases": st.none() | lists(st.integers(1000, 99_999).map(lambda number: f"CVE-2099-{number}") | lines),
        "related": lists(lines),
        "upstream": lists(lines),
        "summary": texts,
        "details": texts,
        "affected": st.none() | lists(affected(inner_severity)),
        "references": st.none() | lists(objects({"type": st.sampled_from(sorted(ReferenceKind)), "url": urls}, {})),
        "credits": lists(
            objects({"name": texts}, {"contact": lists(lines), "type": st.sampled_from(sorted(CreditRole))})
        ),
        "database_specific": objects({}, {"cwe_ids": lists(st.sampled_from(["CWE-22", "CWE-835"]))}),
        **severity,
    }
    required = {"id": names, "modified": moments, "schema_version": st.sampled_from(["1.5.0", "1.7.3"])}
    return st.fixed_dictionaries(required, optional=optional)


records = top({}, st.none() | severities) | top({"severity": st.none() | severities}, st.none())


@pytest.mark.rule("OSV-16")
@EXAMPLES
@given(record=records)
def test_record_comes_out_as_it_went_in_whatever_the_schema_allows(record: dict[str, Any]) -> None:
    decoded = json.loads(json.dumps(record))

    content = osv.parse(decoded)

    assert canonical(osv.build(content)) == canonical(record)


@EXAMPLES
@given(record=records)
def test_content_comes_out_of_the_database_as_it_went_in(record: dict[str, Any]) -> None:
    content = osv.parse(record)

    stored = json.loads(json.dumps(content.to_json()))

    assert AdvisoryContent.from_json(stored) == content
    assert canonical(osv.build(AdvisoryContent.from_json(stored))) == canonical(record)


@pytest.mark.skipif(not OSV_SCHEMA.exists(), reason=f"no OSV schema at {OSV_SCHEMA}")
@EXAMPLES
@given(record=records)
def test_written_record_satisfies_the_schema(record: dict[str, Any]) -> None:
    schema = osv_schema()
    assert [error.message for error in schema.iter_errors(record)] == [], "the test generates valid records"

    assert [error.message for error in schema.iter_errors(osv.build(osv.parse(record)))] == []


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """A golden record in which one place holds anything at all."""
    document = golden(draw(st.sampled_from(["PSF-2099-1.osv.json", "PSF-2099-2.osv.json"])))
    place = document
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        place[key] = draw(json_values | st.text(st.characters(), max_size=10))
        return document


@EXAMPLES
@given(document=broken())
def test_parse_reads_or_refuses_and_never_fails_otherwise(document: Any) -> None:
    try:
        content = osv.parse(document)
    except RecordError as refusal:
        event(f"refused: {refusal.reason[:20]}")
    else:
        assert canonical(osv.build(content)) == canonical(document)


@EXAMPLES
@given(document=json_values)
def test_parse_refuses_any_other_json(document: Any) -> None:
    with pytest.raises(RecordError):
        osv.parse(document)
