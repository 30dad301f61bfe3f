"""nginx in front of the portal, run for real before a stand-in (deploy/nginx)."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.architecture.nginx import Answer, Front, Portal, front_in, portal_at
from tests.architecture.observatory import score
from tests.architecture.source import ROOT


@pytest.fixture
def front(tmp_path: Path) -> Front:
    """An nginx to be configured."""
    return front_in(tmp_path)


@pytest.fixture
def behind(front: Front) -> Iterator[Front]:
    """nginx with the portal's stand-in behind it."""
    Portal.asked = []
    with portal_at("127.0.0.1", front.portal), front.running():
        yield front


def paths() -> list[str]:
    return [path for path, _ in Portal.asked]


def written(log: Path, line: str) -> str:
    """The log as soon as `line` is in it: nginx writes after it has answered."""
    end = time.monotonic() + 10
    while line not in (text := log.read_text(encoding="utf-8")):
        assert time.monotonic() < end, f"{line!r} is not in {text!r}"
        time.sleep(0.05)
    return text


def test_nginx_caches_public_pages_only(behind: Front) -> None:
    for path in ("/members/", "/dashboard/", "/cookie/"):
        for _ in range(3):
            assert behind.get(path).status == 200
    assert paths() == ["/members/", *["/dashboard/"] * 3, *["/cookie/"] * 3]


def test_nginx_answers_304_when_the_etag_matches(behind: Front) -> None:
    assert behind.get("/members/").all("ETag") == ['"one"']
    assert behind.get("/members/", If_None_Match='"one"').status == 304


def test_nginx_replaces_the_forwarded_address_of_the_client(behind: Front) -> None:
    behind.get("/dashboard/", X_Forwarded_For="203.0.113.9")
    assert Portal.asked == [("/dashboard/", "127.0.0.1")]


def test_nginx_believes_a_content_network_that_is_written_down(front: Front) -> None:
    example = (ROOT / "deploy/nginx.d/real-ip.conf.example").read_text(encoding="utf-8")
    (front.folder / "more").mkdir()
    real = re.sub(r"^#(set_real|real_ip)", r"\1", example, flags=re.MULTILINE).replace("192.0.2.0/24", "127.0.0.1")
    (front.folder / "more/real-ip.conf").write_text(real, encoding="utf-8")
    Portal.asked = []
    with portal_at("127.0.0.1", front.portal), front.running():
        front.get("/dashboard/", Fastly_Client_IP="203.0.113.9")
    assert Portal.asked == [("/dashboard/", "203.0.113.9")]


def test_nginx_logs_no_private_link(behind: Front) -> None:
    behind.get("/report/secret-token/?also=secret")
    log = written(behind.folder / "access.log", " GET /report ")
    assert "secret" not in log
    assert "127.0.0.1" not in log


@pytest.mark.parametrize("path", ["/", "/elsewhere?a=b"])
def test_plain_http_leads_to_the_site_whatever_host_was_asked_for(behind: Front, path: str) -> None:
    answer = behind.plain(path, Host="evil.example")
    assert (answer.status, answer.all("Location")) == (308, [f"https://localhost{path}"])
    assert answer.all("X-Content-Type-Options") == ["nosniff"]


def test_a_foreign_host_gets_nothing_from_the_portal_or_its_cache(behind: Front) -> None:
    assert behind.get("/members/").status == 200
    answer = behind.get("/members/", Host="evil.example")
    assert (answer.status, paths()) == (421, ["/members/"])
    assert "evil" not in answer.body
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}


OWN = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Cache-Control": "no-store, private",
}


@pytest.mark.parametrize("path", ["/members/", "/report/", "/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_comes_while_the_portal_is_away_reads_where_to_write(front: Front, method: str, path: str) -> None:
    with front.running():
        answer: Answer = getattr(front, method)(path)
    assert answer.status == 502
    assert '<a href="mailto:security@psrt.example.org">security@psrt.example.org</a>' in answer.body
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}
    assert answer.all("Content-Type") == ["text/html; charset=utf-8"]
    assert answer.all("Retry-After") == ["30"]


def test_who_asks_too_often_reads_where_to_write(behind: Front) -> None:
    answers = [behind.get("/dashboard/") for _ in range(300)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert "mailto:security@psrt.example.org" in refused[0].body
    assert (refused[0].all("Retry-After"), refused[0].all("Cache-Control")) == (["60"], ["no-store, private"])


@pytest.mark.parametrize(
    ("addresses", "is_refused"),
    [
        (["2001:db8:0:1::{:x}"], True),
        (["2001:db8:a:{:x}::1"], False),
        (["192.0.2.{}", "198.51.100.{}"], False),
        (["203.0.113.10"], True),
    ],
    ids=["one network of IPv6", "many networks of IPv6", "many addresses of IPv4", "one address of IPv4"],
)
def test_a_visitor_is_an_address_of_ipv4_or_a_network_of_ipv6(
    front: Front, addresses: list[str], is_refused: bool
) -> None:
    (front.folder / "more").mkdir()
    real = "set_real_ip_from 127.0.0.1;\nreal_ip_header X-Real-IP;\n"
    (front.folder / "more/real-ip.conf").write_text(real, encoding="utf-8")
    with portal_at("127.0.0.1", front.portal), front.running():
        callers = (address.format(number) for number in range(1, 251) for address in addresses)
        statuses = {front.get("/dashboard/", X_Real_IP=caller).status for caller in callers}
    assert statuses == ({200, 429} if is_refused else {200})


def test_what_is_too_large_is_refused_with_every_header(behind: Front) -> None:
    answer = behind.post("/report/", Content_Length="3000000")
    assert (answer.status, paths()) == (413, [])
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (f"GET /{'x' * 40_000} HTTP/1.1\r\nHost: localhost", 414),
        ("GET / HTTP/1.1\r\nHost: a b", 400),
        ("GET / HTTP/1.1", 400),
        (f"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {'x' * 40_000}", 400),
    ],
    ids=["long address", "bad host", "no host", "long header"],
)
def test_what_is_no_request_is_refused_with_every_header(behind: Front, request_line: str, status: int) -> None:
    answer = behind.say(f"{request_line}\r\nConnection: close\r\n\r\n")
    assert (answer.status, Portal.asked) == (status, [])
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}


def test_what_nginx_says_by_itself_has_the_most_points_an_answer_without_cookies_can_have() -> None:
    assert score(HttpResponse(headers=OWN)) == 150


@pytest.mark.parametrize("path", ["/", "/nginx-health", "/.well-known/acme-challenge/none"])
def test_answers_without_tls_carry_all_headers_but_hsts(behind: Front, path: str) -> None:
    answer = behind.plain(path)
    wanted = {name: [value] for name, value in OWN.items()} | {"Strict-Transport-Security": []}
    assert {name: answer.all(name) for name in OWN} == wanted


@pytest.mark.parametrize("path", ["/members/", "/dashboard/"])
def test_the_headers_of_the_portal_stand_once_and_as_it_said_them(behind: Front, path: str) -> None:
    for _ in range(2):  # the second from the cache
        answer = behind.get(path)
        assert answer.all("Content-Security-Policy") == ["default-src 'self'"]
        assert answer.all("Strict-Transport-Security") == ["max-age=1"]
        assert len(answer.all("Cache-Control")) == 1
        assert answer.all("X-Frame-Options") == ["DENY"]


def test_an_answer_of_the_portal_without_headers_gets_them(behind: Front) -> None:
    answer = behind.get("/bare/")
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}


def test_the_503_of_the_portal_passes(behind: Front) -> None:
    answer = behind.get("/slow/")
    assert (answer.status, answer.body, answer.all("Retry-After")) == (503, "hello", ["7"])


@pytest.mark.parametrize(
    ("seconds", "header"),
    [("0", []), ("300", ["max-age=300"]), ("31536000", ["max-age=31536000; includeSubDomains; preload"])],
)
def test_hsts_begins_as_gently_as_the_setting_says(front: Front, seconds: str, header: list[str]) -> None:
    with front.running(HSTS_SECONDS=seconds):
        assert front.get("/").all("Strict-Transport-Security") == header


@pytest.mark.parametrize("path", ["/nginx-away.html", "/nginx-busy.html", "/static/staticfiles.json"])
def test_what_is_not_for_visitors_cannot_be_asked_for(behind: Front, path: str) -> None:
    assert behind.get(path).status == 404
    assert Portal.asked == []


class Names(socketserver.BaseRequestHandler):
    """A name server that knows one name: an A record of `address`."""

    address: str

    def handle(self) -> None:
        packet, sender = self.request
        end = packet.index(b"\0", 12) + 5
        record = b"\xc0\x0c\0\1\0\1" + (0).to_bytes(4, "big") + b"\0\4" + socket.inet_aton(type(self).address)
        sender.sendto(packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + packet[12:end] + record, self.client_address)


def test_nginx_finds_the_portal_again_at_a_new_address(front: Front) -> None:
    """As a recreated container has one; nginx that had looked once would answer 502 from then on."""
    Names.address, Portal.asked = "127.0.0.1", []
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Names) as names:
        threading.Thread(target=names.serve_forever, daemon=True).start()
        resolver = f"127.0.0.1:{names.server_address[1]}"
        with front.running(NGINX_RESOLVER=resolver, NGINX_PORTAL=f"web.test:{front.portal}"):
            with portal_at("127.0.0.1", front.portal):
                assert front.get("/dashboard/").status == 200
            Names.address = "127.0.0.2"
            with portal_at("127.0.0.2", front.portal):
                end = time.monotonic() + 15  # "valid=5s"
                while (status := front.get("/dashboard/").status) != 200 and time.monotonic() < end:
                    time.sleep(0.3)
        names.shutdown()
    assert status == 200
