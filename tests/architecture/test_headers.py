"""Headers for browsers and proxies, on every kind of page."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.cast import Browse, Cast

PAGES = ["/", "/members/", "/report/", "/accounts/login/", "/advisories/", "/nothing-here/"]
ISOLATION = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def as_set(policy: str) -> set[str]:
    """Return the directives of a policy, without their order."""
    return {directive.strip() for directive in policy.split(";") if directive.strip()}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_every_header(db: None, path: str) -> None:
    response = Client().get(path)
    told = {name: response.get(name) for name in ISOLATION}
    assert as_set(str(told.pop("Content-Security-Policy"))) == as_set(ISOLATION["Content-Security-Policy"])
    assert told == {name: value for name, value in ISOLATION.items() if name != "Content-Security-Policy"}
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/members/", "/members/psrt.csv", "/advisories/"])
def test_a_public_page_is_the_same_bytes_for_everyone_and_sets_no_cookie(cast: Cast, browse: Browse, path: str) -> None:
    answers = [browse(person).get(path) for person in [None, cast.olga, cast.mel, cast.ada, cast.sam]]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert [dict(answer.headers) for answer in answers] == [dict(answers[0].headers)] * 5
    assert [list(answer.cookies) for answer in answers] == [[]] * 5
    assert (answers[0]["Cache-Control"], answers[0].get("Vary")) == ("public, max-age=60", None)


def test_a_public_page_that_has_not_changed_is_answered_304_without_a_body(db: None) -> None:
    etag = Client().get("/members/")["ETag"]
    again = Client().get("/members/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("path", ["/dashboard/", "/accounts/login/", "/report/", "/nothing-here/", "/healthz"])
def test_every_other_page_is_marked_as_not_to_be_stored(cast: Cast, browse: Browse, path: str) -> None:
    for person in [None, cast.mel]:
        assert browse(person).get(path)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("cookie", ["x", "an-unknown-session-key-of-the-right-length"])
def test_a_public_page_is_the_same_for_a_browser_with_a_dead_session(
    db: None, cookie: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with django_assert_num_queries(1):
        answer = client.get("/members/")
    assert (answer.status_code, answer.content, list(answer.cookies)) == (200, Client().get("/members/").content, [])


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/dashboard/", "/members/", "/members/members.json"])
def test_a_request_made_by_another_site_is_refused(cast: Cast, browse: Browse, site: str, path: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    client = browse(cast.mel)
    assert client.get(path, headers=headers).status_code == 403
    assert client.post("/report/", headers={**headers, "Sec-Fetch-Mode": "navigate"}).status_code == 403


def test_a_person_following_a_link_from_another_site_is_let_in(cast: Cast, browse: Browse) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert browse(cast.mel).get("/dashboard/", headers=headers).status_code == 200


@pytest.mark.parametrize("query", ["?q=%00", "?%00=x"])
def test_a_nul_in_an_address_is_a_plain_400(db: None, query: str) -> None:
    assert Client().get(f"/advisories/{query}").status_code == 400


def test_a_nul_in_a_form_is_a_plain_400(db: None) -> None:
    assert Client().post("/report/", {"summary": "a\0b"}).status_code == 400
    assert Client().post("/accounts/login/", {"login": "a\ud800b".encode("utf-8", "surrogatepass")}).status_code < 500
    assert Client().get("/members/\0/").status_code == 400


def test_a_form_that_is_too_large_is_a_plain_413(db: None, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = Client().post("/report/", "summary=" + "x" * 2000, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, b"<h1" in response.content) == (413, True)


def test_an_unsupported_method_is_a_plain_405(cast: Cast, browse: Browse) -> None:
    response = browse(cast.mel).delete("/members/")
    assert (response.status_code, response["Allow"], b"<h1" in response.content) == (405, "GET, HEAD", True)


def test_security_txt_says_where_to_report_and_until_when_it_holds(db: None) -> None:
    lines = Client().get("/.well-known/security.txt").content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in reversed(lines))
    assert fields["Contact"].endswith("/report/")
    assert list(reversed(fields)) == ["Contact", "Expires", "Preferred-Languages", "Canonical", "Policy"]


def test_health_checks_need_no_login(db: None) -> None:
    assert [Client().get(path).content for path in ["/healthz", "/readyz"]] == [b"ok\n", b"ok\n"]
