"""The public pages of advisories: list, pages, records, archive and feed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisories.records import osv
from advisories.records.parts import Affected, CreditPart, Range, RangeEvent, Reference, SeverityEntry, VersionRange
from advisories.records.vocabulary import CreditRole, EventKind, RangeType, ReferenceKind, SeverityType
from tests.advisories import factories
from tests.advisories.factories import HIGH_VECTOR, content, imported
from tests.cast import Browse, Cast
from tests.formats.projects import PIP

pytestmark = pytest.mark.django_db
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PAGES = ["", "feed.atom", "osv.zip", "PSF-2024-1/", "PSF-2024-1/osv.json", "PSF-2024-1/cve.json"]


def path(rest: str = "") -> str:
    return f"/advisories/{rest}"


def listed(client: Client, query: str = "") -> list[str]:
    return [advisory.psf_id for advisory in client.get(path(query)).context["page"]]


# -- every public page -----------------------------------------------------------------------------


@pytest.mark.rule("CNA-4.5.2.4")
@pytest.mark.parametrize("rest", PAGES)
def test_a_public_page_is_the_same_for_everybody_and_may_be_kept(
    cast: Cast, browse: Browse, client: Client, rest: str
) -> None:
    imported(content(1))
    anonymous, member = client.get(path(rest)), browse(cast.mel).get(path(rest))
    assert anonymous.status_code == 200
    assert anonymous.content == member.content
    assert anonymous["Cache-Control"] == "public, max-age=60"
    assert not anonymous.cookies
    again = client.get(path(rest), headers={"If-None-Match": anonymous["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("rest", PAGES)
def test_a_public_page_is_read_only(client: Client, rest: str) -> None:
    imported(content(1))
    assert client.post(path(rest)).status_code == 405


@pytest.mark.parametrize("rest", ["", "feed.atom", "osv.zip"])
def test_an_empty_portal_has_its_pages(client: Client, rest: str) -> None:
    assert client.get(path(rest)).status_code == 200


# -- the list --------------------------------------------------------------------------------------


def test_the_newest_advisory_is_on_top(client: Client) -> None:
    imported(content(2), content(10), content(1, year=2025))
    assert listed(client) == ["PSF-2025-1", "PSF-2024-10", "PSF-2024-2"]


def some_kinds() -> None:
    imported(
        content(1, title="Loop in tarfile", description="A negative size."),
        content(2, project=PIP, severity=(SeverityEntry(SeverityType.CVSS_V4, HIGH_VECTOR),)),
        content(3, year=2025, severity=(), aliases=("CVE-2025-7", "GHSA-abcd-1234-efgh")),
    )


@pytest.mark.server_versions
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?project=pip", [2]),
        ("?severity=high", [2]),
        ("?severity=medium", [1]),
        ("?year=2025", [3]),
        ("?year=1999", []),
        ("?q=TARFILE", [1]),
        ("?q=negative+size", [1]),
        ("?q=size+pip", []),
        ("?q=cve-2025-7", [3]),
        ("?q=ghsa-abcd", [3]),
        ("?q=psf-2024-2", [2]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?project=cpython&year=2024", [1]),
        ("?project=emacs&severity=x&year=20x5", [3, 2, 1]),
        ("?q=" + "x+" * 50, []),
        ("?q=" + "o" * 5000, []),
        ("?year=%C2%B2024", [3, 2, 1]),
        ("?page=0", [3, 2, 1]),
        ("?page=-1&o=title&title__startswith=L", [3, 2, 1]),
    ],
)
def test_filters_and_search(client: Client, query: str, numbers: list[int]) -> None:
    some_kinds()
    assert [int(psf_id.split("-")[2]) for psf_id in listed(client, query)] == numbers


def test_the_filters_stay_chosen(client: Client) -> None:
    some_kinds()
    response = client.get(path("?project=pip&severity=high&year=2024&q=old+advisory"))
    page = response.content.decode()
    assert page.count(" selected") == 3
    assert 'value="old advisory"' in page
    assert response.context["filters"].query == "project=pip&severity=high&year=2024&q=old+advisory"


def test_a_search_is_shown_as_text(client: Client) -> None:
    page = client.get(path("?q=%3Cscript%3E")).content.decode()
    assert ("<script>" in page.replace("<script type", ""), "&lt;script&gt;" in page) == (False, True)


def test_the_list_takes_two_queries_for_one_and_for_fifty(client: Client) -> None:
    counts = []
    for numbers in (range(1, 2), range(2, 51)):
        imported(*(content(number) for number in numbers))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path("?q=old&project=cpython")).context["page"]
        counts.append(len(queries))
    assert (counts, len(page), page.paginator.count, page.paginator.num_pages) == ([2, 2], 30, 50, 2)


def test_the_second_page_has_the_rest(client: Client) -> None:
    imported(*(content(number) for number in range(1, 33)))
    assert listed(client, "?page=2") == listed(client, "?page=999") == ["PSF-2024-2", "PSF-2024-1"]


# -- one advisory ----------------------------------------------------------------------------------


def full() -> Any:
    repo = "https://github.com/python/cpython"
    events = (RangeEvent(EventKind.INTRODUCED, COMMIT[::-1]), RangeEvent(EventKind.FIXED, COMMIT))
    return content(
        1,
        title="Loop in <tarfile>",
        description="Reading **never** returns. <script>alert(1)</script> [x](javascript:alert(1))",
        severity=(SeverityEntry(SeverityType.CVSS_V4, HIGH_VECTOR),),
        weaknesses=("CWE-835", "CWE-99999"),
        modules=("tarfile",),
        version_ranges=(VersionRange("0", "3.12.12"), VersionRange("3.13.0", "3.13.6"), VersionRange("3.14.0")),
        affected=(Affected(ranges=(Range(RangeType.GIT, events, repo),)),),
        references=(
            Reference(ReferenceKind.FIX, f"{repo}/pull/1"),
            Reference(ReferenceKind.REPORT, f"{repo}/issues/1"),
        ),
        credits=(CreditPart("A. Example", CreditRole.REPORTER), CreditPart("B. Example")),
    )


@pytest.mark.rule("CNA-5.1.5")
def test_an_advisory_answers_am_i_affected_first(client: Client) -> None:
    imported(full())
    page = client.get(path("PSF-2024-1/")).content.decode()
    order = [
        page.index(text) for text in ("Am I affected?", "3.13.6", "What happens", "Severity by CVSS", "References")
    ]
    assert order == sorted(order)
    assert "no fix yet" in page


@pytest.mark.rule("SEED-15", "CNA-4.5.2.2")
def test_an_advisory_says_everything_it_knows(client: Client) -> None:
    imported(full())
    page = client.get(path("PSF-2024-1/")).content.decode()
    expected = [
        "Loop in &lt;tarfile&gt;", "CVE-2024-10001", "High · CVSS 4.0 · 8.7", "Attack Vector", "Network",
        "<strong>never</strong>", "<code>tarfile</code>", f"https://github.com/python/cpython/commit/{COMMIT}",
        "CWE-835", "https://cwe.mitre.org/data/definitions/835.html", "Loop with Unreachable Exit Condition",
        "https://github.com/python/cpython/pull/1", "A. Example", "reporter", "B. Example", HIGH_VECTOR,
        "/advisories/PSF-2024-1/osv.json", "/advisories/PSF-2024-1/cve.json",
    ]  # fmt: skip
    assert [text for text in expected if text not in page] == []
    assert [text for text in ("<script>alert", 'javascript:alert(1)"') if text in page] == []


def test_a_record_that_knows_commits_only_says_so(client: Client) -> None:
    imported(replace(full(), version_ranges=(), modules=(), severity=()))
    assert "names commits, not releases" in client.get(path("PSF-2024-1/")).content.decode()


def test_a_bare_record_has_a_page(client: Client) -> None:
    bare = content(
        1, title="", description="", aliases=(), severity=(), weaknesses=(), references=(), credits=(), published=None,
        project=None,
    )  # fmt: skip
    imported(bare)
    response = client.get(path("PSF-2024-1/"))
    page = response.content.decode()
    assert (response.status_code, "cve.json" in page) == (200, False)
    assert "names neither releases nor commits" in page
    assert client.get(path()).status_code == client.get(path("feed.atom")).status_code == 200


def test_older_vectors_are_shown_with_their_score(client: Client) -> None:
    vectors = (
        SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N"),
        SeverityEntry(SeverityType.CVSS_V2, "AV:N/AC:L/Au:N/C:N/I:N/A:P"),
    )
    imported(content(1, severity=vectors))
    page = client.get(path("PSF-2024-1/")).content.decode()
    assert "Severity by CVSS 3.1: Medium, 5.5 of 10" in page
    assert "Severity by CVSS 2.0: Medium, 5.0 of 10" in page


def test_commits_of_an_unknown_repository_are_no_links(client: Client) -> None:
    events = (RangeEvent(EventKind.INTRODUCED, "0"), RangeEvent(EventKind.FIXED, COMMIT))
    imported(content(1, affected=(Affected(ranges=(Range(RangeType.GIT, events, "javascript:alert(1)//"),)),)))
    page = client.get(path("PSF-2024-1/")).content.decode()
    assert f"<code>{COMMIT[:10]}</code>" in page
    assert "javascript:" not in page


def test_a_withdrawn_advisory_says_so(client: Client) -> None:
    imported(content(1, withdrawn=content(1).modified + timedelta(days=1)))
    assert "This advisory was withdrawn" in client.get(path("PSF-2024-1/")).content.decode()
    assert "withdrawn" in client.get(path()).content.decode()


def test_an_advisory_takes_two_queries_whatever_its_size(client: Client) -> None:
    imported(content(1), content(2, credits=tuple(CreditPart(f"{number}") for number in range(50))))
    for psf_id in ("PSF-2024-1", "PSF-2024-2"):
        for rest in ("", "osv.json", "cve.json"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path(f"{psf_id}/{rest}")).status_code == 200
            assert len(queries) == 2


@pytest.mark.rule("CNA-4.5.2.6")
@pytest.mark.parametrize("rest", ["", "osv.json", "cve.json"])
@pytest.mark.parametrize("spelled", ["CVE-2024-10001", "cve-2024-10001", "psf-2024-1", "Psf-2024-1"])
def test_other_spellings_lead_to_the_one_address(client: Client, rest: str, spelled: str) -> None:
    imported(content(1))
    response = client.get(path(f"{spelled}/{rest}"))
    assert (response.status_code, response["Location"]) == (301, path(f"PSF-2024-1/{rest}"))


@pytest.mark.rule("CNA-5.3.1b")
@pytest.mark.parametrize("rest", ["", "osv.json", "cve.json"])
def test_unpublished_and_unknown_ids_are_the_same_404(cast: Cast, browse: Browse, rest: str) -> None:
    report = factories.approved(cast.mel, cast.mia)
    draft = report.advisory
    ids = ["CVE-2099-1001", "PSF-2099-1", "CVE-2099-9999", str(draft.pk), report.reference, "x", "PSF-2024-1'", "%00"]
    for client in (Client(), browse(cast.mel)):
        answers = [client.get(path(f"{psf_id}/{rest}")) for psf_id in ids[:-1]]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        counts = []
        for psf_id in ids[:3]:
            with CaptureQueriesContext(connection) as queries:
                client.get(path(f"{psf_id}/{rest}"))
            counts.append(len(queries))
        assert len(set(counts)) == 1
    assert Client().get(path(f"{ids[-1]}/{rest}")).status_code == 400


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.rule("SEED-22", "ISO29147-16")
def test_the_osv_record_is_what_was_imported(client: Client) -> None:
    document = osv.build(replace(full(), version_ranges=(), modules=()))
    imported(osv.parse(document))
    response = client.get(path("PSF-2024-1/osv.json"))
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == document


@pytest.mark.rule("PEP811-46", "SEED-22")
def test_the_cve_record_has_the_teams_name_on_it(client: Client) -> None:
    imported(full())
    record = json.loads(client.get(path("PSF-2024-1/cve.json")).content)
    assert record["cveMetadata"]["cveId"] == "CVE-2024-10001"
    assert record["containers"]["cna"]["providerMetadata"]["shortName"] == "PSF"
    assert record["containers"]["cna"]["x_generator"]["engine"].startswith("psrt-portal ")


@pytest.mark.parametrize("lacks", [{"aliases": ()}, {"references": ()}, {"description": ""}])
def test_an_advisory_with_too_little_for_a_cve_record_has_no_link_to_one(client: Client, lacks: dict[str, Any]) -> None:
    imported(content(1, **lacks))
    assert client.get(path("PSF-2024-1/cve.json")).status_code == 404
    assert "cve.json" not in client.get(path("PSF-2024-1/")).content.decode()


@pytest.mark.rule("ISO29147-16")
def test_the_archive_holds_every_published_record(cast: Cast, client: Client) -> None:
    imported(content(1), content(2))
    factories.drafted(cast.mel)
    response = client.get(path("osv.zip"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        records = {name: archive.read(name) for name in archive.namelist()}
    assert response["Content-Disposition"] == 'attachment; filename="psf-advisories-osv.zip"'
    assert list(records) == ["PSF-2024-1.json", "PSF-2024-2.json"]
    assert records["PSF-2024-1.json"] == client.get(path("PSF-2024-1/osv.json")).content


def test_the_archive_of_the_same_records_is_the_same_bytes(client: Client) -> None:
    imported(content(1), content(2))
    first = client.get(path("osv.zip")).content
    assert client.get(path("osv.zip")).content == first


def test_the_archive_takes_as_many_queries_for_two_as_for_fifty(client: Client) -> None:
    counts = []
    for numbers in (range(1, 3), range(3, 51)):
        imported(*(content(number) for number in numbers))
        with CaptureQueriesContext(connection) as queries:
            client.get(path("osv.zip"))
        counts.append(len(queries))
    assert counts == [2, 2]


# -- the feed --------------------------------------------------------------------------------------

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client, **extra: Any) -> tuple[Callable[[str], str | None], list[Any]]:
    feed = ElementTree.fromstring(client.get(path("feed.atom"), **extra).content)  # noqa: S314  our own bytes
    return (lambda name: feed.findtext(f"{ATOM}{name}")), feed.findall(f"{ATOM}entry")


@pytest.mark.rule("ISO29147-15")
def test_the_feed_has_the_newest_thirty(client: Client) -> None:
    imported(*(content(number) for number in range(1, 33)))
    text, atom = entries(client)
    titles = [entry.findtext(f"{ATOM}title") for entry in atom]
    assert (len(titles), titles[0], titles[-1]) == (
        30, "CVE-2024-10032: Old advisory 32", "CVE-2024-10003: Old advisory 3",
    )  # fmt: skip
    assert text("title") == "Python Security Response Team: advisories"


def test_an_entry_says_what_where_and_when(client: Client) -> None:
    imported(content(1, modified=content(1).modified + timedelta(days=2)))
    entry = entries(client)[1][0]
    assert {name: entry.findtext(f"{ATOM}{name}") for name in ("id", "published", "updated", "summary")} == {
        "id": "http://localhost:8000/advisories/PSF-2024-1/",
        "published": "2024-03-02T12:00:00+00:00",
        "updated": "2024-03-04T12:00:00+00:00",
        "summary": "<p>Something <em>old</em>.</p>",
    }
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["CPython", "Medium"]


def test_the_feed_does_not_repeat_the_host_of_a_request(client: Client) -> None:
    imported(content(1))
    response = client.get(path("feed.atom"))
    assert response.wsgi_request.get_host() == "testserver"
    assert b"testserver" not in response.content


def test_the_feed_takes_one_query(client: Client) -> None:
    imported(content(1), content(2))
    with CaptureQueriesContext(connection) as queries:
        client.get(path("feed.atom"))
    assert len(queries) == 1


def test_drafts_are_in_no_feed_list_or_archive(cast: Cast, client: Client) -> None:
    empty = [client.get(path(rest)).content for rest in ("", "osv.zip")]
    factories.approved(cast.mel, cast.mia)
    assert [client.get(path(rest)).content for rest in ("", "osv.zip")] == empty
    assert entries(client)[1] == []
