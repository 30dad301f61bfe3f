"""Headers for browsers and proxies, on every kind of page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from psrt_portal.wsgi import application
from tests.architecture.matrix import path_of, read
from tests.architecture.observatory import score
from tests.architecture.world import build_world, undone
from tests.cast import Browse, Cast, sign_in

pytestmark = pytest.mark.attack

FORM_TYPE = "application/x-www-form-urlencoded"

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


ELSEWHERE = [
    "https://evil.example",
    "null",
    "http://testserver.evil.example",
    "https://testserver",
    "http://testserver:81",
    "",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
@pytest.mark.parametrize("path", ["/report/", "/accounts/login/", "/members/accept/x/", "/profile/edit/", "/nowhere/"])
def test_a_post_from_elsewhere_is_refused_by_its_origin_alone(
    cast: Cast, browse: Browse, path: str, origin: str
) -> None:
    for client in (Client(), browse(cast.mel)):
        assert client.post(path, {"summary": "x"}, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver"}, {"Origin": "http://localhost:8000"}])
def test_a_post_from_here_is_taken(db: None, settings: Settings, headers: dict[str, str]) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:8000"]
    assert Client().post("/report/", {"summary": "x"}, headers=headers).status_code == 422


def test_following_a_link_says_no_origin_and_a_get_with_one_changes_nothing(db: None) -> None:
    assert Client().get("/report/", headers={"Origin": "https://evil.example"}).status_code == 200


@pytest.fixture
def production(settings: Settings) -> None:
    """What production sets where browsers come by HTTPS."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.CSRF_TRUSTED_ORIGINS = 63_072_000, ["https://testserver"]


#: An answer of each kind that is no page: who gives it, and the status.
ANSWERS: dict[str, tuple[Callable[[Client], Any], int]] = {
    "a file": (lambda client: client.get("/static/css/base.css", secure=True), 200),
    "a missing file": (lambda client: client.get("/static/css/none.css", secure=True), 404),
    "a file that takes no POST": (lambda client: client.post("/static/css/base.css", secure=True), 405),
    "the redirect to HTTPS": (lambda client: client.get("/members/"), 301),
    "a wrong host": (lambda client: client.get("/", secure=True, headers={"Host": "evil.example"}), 400),
    "a NUL": (lambda client: client.get("/?q=%00", secure=True), 400),
    "a foreign POST": (lambda client: client.post("/report/", secure=True, headers={"Origin": "null"}), 403),
    "no such page": (lambda client: client.get("/nowhere/", secure=True), 404),
    "another method": (lambda client: client.delete("/members/", secure=True), 405),
    "too large": (
        lambda client: client.post("/report/", "a=" + "x" * 2_000_000, secure=True, content_type=FORM_TYPE),
        413,
    ),
    "too many fields": (lambda client: client.post("/report/", "&a=" * 600, secure=True, content_type=FORM_TYPE), 400),
    "a wrong form": (lambda client: client.post("/report/", {"summary": "x"}, secure=True), 422),
    "health": (lambda client: client.get("/healthz", secure=True), 200),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_that_is_no_page_carries_every_header(production: None, db: None, name: str) -> None:
    ask, status = ANSWERS[name]
    response = ask(Client(raise_request_exception=False))
    response.close()
    assert response.status_code == status
    carries_every_header(response)


def test_an_error_of_the_portal_carries_every_header(
    production: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisories.publication.queries.latest", lambda _count: 1 / 0)
    response = Client(raise_request_exception=False).get("/", secure=True)
    assert response.status_code == 500
    carries_every_header(response)


def test_too_many_tries_are_answered_with_every_header(production: None, db: None) -> None:
    answers = (Client().post("/report/", {"summary": "x"}, secure=True) for _ in range(100))
    response = next(answer for answer in answers if answer.status_code == 429)
    carries_every_header(response)


def carries_every_header(response: Any) -> None:
    told = {name: response.headers.get(name) for name in ISOLATION}
    assert as_set(str(told.pop("Content-Security-Policy"))) == as_set(ISOLATION["Content-Security-Policy"])
    assert told == {name: value for name, value in ISOLATION.items() if name != "Content-Security-Policy"}
    assert "Cache-Control" in response
    is_secure = response.wsgi_request.is_secure()
    assert (response.headers.get("Strict-Transport-Security", "").startswith("max-age=63072000")) == is_secure
    assert not is_secure or score(response) >= 150


def test_every_page_has_150_points_and_160_with_cookies(production: None, db: None) -> None:
    with undone():
        world, low, with_cookies = build_world(), {}, 0
        askers = {"anonymous": Client(), "admin2": sign_in(Client(), world.cast.abel)}
        for line in read():
            asker = next((name for name in askers if line.answers[name] == "200"), None)
            if line.method != "GET" or asker is None:
                continue
            with undone():
                response = askers[asker].get(path_of(line, world), secure=True)
            with_cookies += bool(response.cookies)
            if score(response) < (160 if response.cookies else 150):
                low[line.label] = score(response)
    assert (low, with_cookies > 5) == ({}, True)


def test_the_list_of_static_files_is_not_served(db: None, tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    for name in ("staticfiles.json", "staticfiles.json.gz", "base.css"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    statuses = []
    for name in ("staticfiles.json", "staticfiles.json.gz", "base.css"):
        response = Client().get(f"/static/{name}")
        response.close()
        statuses.append(response.status_code)
    assert statuses == [404, 404, 200]


def test_production_has_no_style_guide(db: None) -> None:
    assert Client().get("/styleguide/").status_code == 404


@pytest.mark.parametrize("query", ["?q=%00", "?%00=x"])
def test_a_nul_in_an_address_is_a_plain_400(db: None, query: str) -> None:
    assert Client().get(f"/advisories/{query}").status_code == 400


def test_a_nul_in_a_form_is_a_plain_400(db: None) -> None:
    assert Client().post("/report/", {"summary": "a\0b"}).status_code == 400
    assert Client().post("/accounts/login/", {"login": "a\ud800b".encode("utf-8", "surrogatepass")}).status_code < 500
    assert Client().get("/members/\0/").status_code == 400


@pytest.mark.parametrize("name", ["session", "psrt-session", "__Host-session", "psrt-csrf", "psrt-kept", "other"])
@pytest.mark.parametrize("path", ["/", "/dashboard/", "/accounts/login/", "/accounts/password/reset/", "/report/"])
def test_a_nul_in_a_cookie_is_a_plain_400(db: None, path: str, name: str) -> None:
    """In quotation marks a cookie can hold any octet, as three digits (RFC 2109)."""
    assert Client().get(path, headers={"Cookie": f'{name}="\\000abcdefghijk"'}).status_code == 400


@pytest.mark.parametrize("headers", [{"User-Agent": "a\0b"}, {"Accept-Language": "\ud800"}, {"X-Other": "\0"}])
def test_a_nul_in_a_header_is_a_plain_400(db: None, headers: dict[str, str]) -> None:
    assert Client().get("/accounts/login/", headers=headers).status_code == 400


@pytest.mark.parametrize("path", ["/report/", "/accounts/login/", "/profile/edit/", "/members/invitations/new/"])
def test_a_field_that_is_posted_twice_is_a_plain_400_and_changes_nothing(cast: Cast, browse: Browse, path: str) -> None:
    client = browse(cast.ada)
    for name in ("person", "name", "summary"):
        answer = client.post(path, f"{name}=a&{name}=b", content_type=FORM_TYPE)
        assert (answer.status_code, b"<h1" in answer.content) == (400, True)


def test_boxes_of_which_several_can_be_ticked_are_posted_several_times(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.ada).post("/manage/bring-in/confirm/", "address=a&address=b", content_type=FORM_TYPE)
    assert answer.status_code == 422
    answer = browse(cast.ada).post("/manage/bring-in/confirm/", "act=a&act=b", content_type=FORM_TYPE)
    assert answer.status_code == 400


CHARSETS = [
    *("rot13", "hex", "zlib", "bz2", "base64", "undefined", "idna", "punycode", "unicode_escape", "utf-16", "utf-7"),
    *("latin-1", "nothing", ""),
]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/report/", "/accounts/login/"])
def test_a_form_in_another_encoding_than_utf_8_is_a_plain_400(db: None, path: str, charset: str) -> None:
    body = '--x\r\nContent-Disposition: form-data; name="summary"\r\n\r\n\x80a=b\xff\r\n--x--\r\n'.encode("latin-1")
    for name in {charset, charset.upper()}:
        answer = Client().post(path, body, content_type=f'multipart/form-data; boundary=x; charset="{name}"')
        assert (answer.status_code, b"<h1" in answer.content) == (400, True)
        assert Client().get(path, headers={"Content-Type": f'a; charset="{name}"'}).status_code == 400
        carries_every_header(answer)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_a_form_in_utf_8_is_taken(db: None, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="summary"\r\n\r\nx\r\n--x--\r\n'
    answer = Client().post("/report/", body, content_type=f"multipart/form-data; boundary=x; charset={charset}")
    assert answer.status_code == 422


#: Parameters (RFC 2231) and encodings on which the standard library raises, each in its own way.
UNREADABLE = [
    *("b*=x'y'", "charset*=x''%ff", "b*=undefined''%ff", "b*=x; b*0=y", f"b*{'9' * 5_000}=x"),
    *("charset*=idna''%ff", "charset*=rot13''a", "charset=zlib", "charset=undefined", "charset=rot13"),
]


@pytest.mark.parametrize("parameters", UNREADABLE, ids=lambda text: text[:20])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_content_type_that_cannot_be_read_is_a_plain_400(db: None, method: str, parameters: str) -> None:
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        told.update(headers, status=status)

    environ = {"REQUEST_METHOD": method, "PATH_INFO": "/report/", "QUERY_STRING": "q=%80a", "HTTP_HOST": "testserver"}
    setup_testing_defaults(environ)
    environ["CONTENT_TYPE"] = f"text/html; {parameters}"
    body = b"".join(application(environ, start))
    assert (told["status"], b"<h1" in body) == ("400 Bad Request", True)
    assert {name: told.get(name) for name in ISOLATION if name != "Content-Security-Policy"} == {
        name: value for name, value in ISOLATION.items() if name != "Content-Security-Policy"
    }
    assert as_set(told["Content-Security-Policy"]) == as_set(ISOLATION["Content-Security-Policy"])


@pytest.mark.parametrize("parameters", UNREADABLE, ids=lambda text: text[:20])
def test_a_part_of_a_form_that_cannot_be_read_is_no_error_of_the_portal(db: None, parameters: str) -> None:
    body = f'--x\r\nContent-Disposition: form-data; name="summary"; {parameters}\r\n\r\nx\r\n--x--\r\n'
    client = Client(raise_request_exception=False)
    answer = client.post("/report/", body.encode(), content_type="multipart/form-data; boundary=x")
    assert answer.status_code in {400, 422}


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
