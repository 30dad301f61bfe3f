"""nginx in front of the portal, run for real before a stand-in (deploy/nginx)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from psrt_portal.embedded.server import end_with_parent
from tests.architecture.routes import Route, routes
from tests.architecture.source import ROOT
from tests.architecture.test_doors import PUBLIC_PAGES
from tests.servers import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
FOLDER = ROOT / "deploy/nginx"
SITE = {"SITE_URL": "https://localhost", "SECURITY_ADDRESS": "security@psrt.example.org"}


def render(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Write the configuration into `folder`, as for a machine without IPv6 and without containers."""
    assert NGINX is not None
    places = {
        "PATH": os.environ["PATH"],
        "NGINX": NGINX,
        "NGINX_ROOT": str(folder),
        "NGINX_CACHE": f"{folder}/cache",
        "NGINX_CERTIFICATE": f"{folder}/tls_certificate",
        "NGINX_CERTIFICATE_KEY": f"{folder}/tls_key",
        "NGINX_ACCESS_LOG": f"{folder}/access.log",
        "NGINX_ERROR_LOG": f"{folder}/error.log",
    }
    return subprocess.run(
        ["sh", FOLDER / "render.sh"], env=places | environment, capture_output=True, text=True, check=False
    )


def main_file(folder: Path) -> Path:
    """Write the main file of the container, with its paths below `folder`."""
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8").replace("/tmp/portal/", "/tmp/")  # noqa: S108
    conf = folder / "nginx.conf"
    conf.write_text(text.replace("/tmp/", f"{folder}/").replace("/dev/stderr", f"{folder}/error.log"), encoding="utf-8")  # noqa: S108
    return conf


@dataclass
class Front:
    """An nginx that runs, or will."""

    folder: Path
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)
    portal: int = field(default_factory=free_port)

    def render(self, **environment: str) -> None:
        """Write its files."""
        ports = {"NGINX_HTTP_PORT": str(self.http), "NGINX_HTTPS_PORT": str(self.https)}
        done = render(self.folder, **{**ports, "NGINX_PORTAL": f"127.0.0.1:{self.portal}", **SITE, **environment})
        assert (done.returncode, done.stderr) == (0, "")
        main_file(self.folder)

    @contextmanager
    def running(self, **environment: str) -> Iterator[Front]:
        """Run it."""
        self.render(**environment)
        process = subprocess.Popen(
            [str(NGINX), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off; master_process off;"],
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )
        try:
            self._wait()
            yield self
        finally:
            process.terminate()
            process.wait(10)

    def _wait(self) -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                self.plain("/nginx-health")
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("nginx did not start")

    def get(self, path: str, **headers: str) -> Answer:
        """Ask by TLS, without looking at the certificate."""
        context = ssl._create_unverified_context()  # noqa: S323
        return answer_of(HTTPSConnection("127.0.0.1", self.https, timeout=10, context=context), "GET", path, headers)

    def post(self, path: str, **headers: str) -> Answer:
        """Send an empty form by TLS."""
        context = ssl._create_unverified_context()  # noqa: S323
        return answer_of(HTTPSConnection("127.0.0.1", self.https, timeout=10, context=context), "POST", path, headers)

    def plain(self, path: str, **headers: str) -> Answer:
        """Ask without TLS."""
        return answer_of(HTTPConnection("127.0.0.1", self.http, timeout=5), "GET", path, headers)


@dataclass(frozen=True)
class Answer:
    """What nginx said."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


def answer_of(connection: HTTPConnection, method: str, path: str, headers: dict[str, str]) -> Answer:
    named = {"Host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    read = Answer(answer.status, answer.getheaders(), answer.read().decode())
    connection.close()
    return read


@pytest.fixture
def front(tmp_path: Path) -> Front:
    """An nginx to be configured, with a certificate."""
    if NGINX is None:
        assert os.environ.get("CI") != "true", "no nginx on this machine, and in CI nothing may be missing"
        pytest.skip("no nginx on this machine")
    write_certificate(tmp_path)
    return Front(tmp_path)


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "tls_certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls_key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.mark.parametrize("resolver", ["", "127.0.0.11"], ids=["host", "container"])
@pytest.mark.parametrize("ipv6", ["yes", "no"])
def test_nginx_accepts_its_configuration_without_a_warning(front: Front, ipv6: str, resolver: str) -> None:
    front.render(NGINX_IPV6=ipv6, NGINX_RESOLVER=resolver, EXTRA_HOSTS="a.example.org,b.example.org")
    conf = str(front.folder / "nginx.conf")
    done = subprocess.run([str(NGINX), "-t", "-c", conf], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
    text = (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert text.count("listen [::]:") == (3 if ipv6 == "yes" else 0)
    assert re.findall(r"server_name (.*);", text) == ["_", "_", "localhost a.example.org b.example.org"]
    assert re.findall(r"@[A-Z_0-9]+@", text) == []


@pytest.mark.parametrize(
    ("version", "listen", "lines"),
    [("1.22.1", "ssl http2", 0), ("1.25.0", "ssl http2", 0), ("1.25.1", "ssl", 2), ("1.30.5", "ssl", 2)],
)
def test_http2_is_turned_on_in_the_way_of_each_version(front: Front, version: str, listen: str, lines: int) -> None:
    program = front.folder / "nginx"
    program.write_text(f"#!/bin/sh\necho 'nginx version: nginx/{version} (Debian)' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    front.render(NGINX=str(program))
    text = (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert f"listen {front.https} {listen};" in text
    assert text.count("http2 on;") == lines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", ""),
        ("SITE_URL", "http://psrt.example.org"),
        ("SITE_URL", "https://psrt.example.org/portal"),
        ("SITE_URL", "https://psrt.example.org; return 200"),
        ("EXTRA_HOSTS", "a.example.org; }"),
        ("SECURITY_ADDRESS", ""),
        ("SECURITY_ADDRESS", "<script>@example.org"),
        ("HSTS_SECONDS", "long"),
    ],
)
def test_a_bad_value_writes_nothing_and_is_named(front: Front, name: str, value: str) -> None:
    done = render(front.folder, **{**SITE, name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"nginx is not configured. {name} is ")
    assert not (front.folder / "portal.conf").exists()


def test_values_may_come_from_the_file_of_the_portal(front: Front) -> None:
    file = front.folder / "portal.env"
    file.write_text("SITE_URL='https://psrt.example.org'\n# x\nSECURITY_ADDRESS=a@example.org \n", encoding="utf-8")
    assert render(front.folder, ENV_FILE=str(file)).returncode == 0
    assert "server_name psrt.example.org ;" in (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert "mailto:a@example.org" in (front.folder / "nginx-away.html").read_text(encoding="utf-8")


class Portal(BaseHTTPRequestHandler):
    """Stands for the portal behind nginx: public pages, a private one, one that sets a cookie, one that is too slow."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["X-Forwarded-For"]))
        if self.path == "/slow/":
            self.send_response(503)
            self.send_header("Retry-After", "7")
        else:
            self.send_response(200)
        if self.path != "/bare/":
            private = self.path == "/dashboard/"
            self.send_header("Cache-Control", "no-store, private" if private else "public, max-age=60")
            self.send_header("Content-Security-Policy", "default-src 'self'")
            self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("ETag", '"one"')
        if self.path == "/cookie/":
            self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def portal_at(address: str, port: int) -> Iterator[None]:
    """Run the stand-in on one address of this machine."""
    upstream = ThreadingHTTPServer((address, port), Portal)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        upstream.shutdown()
        upstream.server_close()


@pytest.fixture
def behind(front: Front) -> Iterator[Front]:
    """nginx with the portal's stand-in behind it."""
    Portal.asked = []
    with portal_at("127.0.0.1", front.portal), front.running():
        yield front


def private_addresses() -> re.Pattern[str]:
    """What of an address keeps it away from nginx's cache."""
    text = (FOLDER / "portal.conf.in").read_text(encoding="utf-8")
    return re.compile(re.findall(r"location ~ (\^/\(acc.*) \{", text)[0])


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_the_cache_is_asked_for_public_pages_only(route: Route) -> None:
    """The portal marks private pages as such as well; this holds also when it forgets."""
    path = "/" + re.sub(r"<[^>]*>|\(\?P[^)]*\)", "1", route.pattern).lstrip("^")
    assert route.name in PUBLIC_PAGES or private_addresses().match(path)


def test_the_cache_is_asked_for_the_pages_that_many_read() -> None:
    addresses = ["/", "/members/", "/members/psrt.csv", "/members/ada-admin/", "/advisories/", "/advisories/feed.atom"]
    assert [path for path in addresses if private_addresses().match(path)] == []


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
    assert answer.all("Content-Security-Policy") == [OWN["Content-Security-Policy"]]


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


def test_what_is_too_large_is_refused_with_every_header(behind: Front) -> None:
    answer = behind.post("/report/", Content_Length="3000000")
    assert (answer.status, paths()) == (413, [])
    assert {name: answer.all(name) for name in OWN} == {name: [value] for name, value in OWN.items()}


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


def test_the_pages_of_errors_cannot_be_asked_for(behind: Front) -> None:
    assert behind.get("/nginx-away.html").status == 404


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
