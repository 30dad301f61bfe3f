"""nginx in front of the portal, run for real before a stand-in (deploy/nginx.conf)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.http import HttpResponse

from psrt_portal.embedded.server import end_with_parent
from tests.architecture.observatory import score
from tests.architecture.source import ROOT
from tests.servers import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.fixture
def nginx_conf(tmp_path: Path) -> Path:
    """The configuration as it is, but for names and paths that exist in a container only."""
    if NGINX is None:
        assert os.environ.get("CI") != "true", "no nginx on this machine, and in CI nothing may be missing"
        pytest.skip("no nginx on this machine")
    write_certificate(tmp_path)
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/tmp/": f"{tmp_path}/",  # noqa: S108
        "/run/secrets/": f"{tmp_path}/",
        "/dev/stdout": f"{tmp_path}/access.log",
        "/dev/stderr": f"{tmp_path}/error.log",
        "web:8000": f"127.0.0.1:{free_port()}",
        "listen 8080": f"listen 127.0.0.1:{free_port()}",
        "listen 8443 ssl http2": f"listen 127.0.0.1:{free_port()}",
    }.items():
        assert old in text
        text = text.replace(old, new)
    conf = tmp_path / "nginx.conf"
    conf.write_text(text, encoding="utf-8")
    return conf


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


def test_nginx_accepts_its_configuration(nginx_conf: Path) -> None:
    """With its TLS, which the tests below leave out."""
    text = nginx_conf.read_text(encoding="utf-8")
    plain = re.findall(r"listen 127[^;]*;", text)[-1]
    nginx_conf.write_text(text.replace(plain, plain.replace(";", " ssl http2;")), encoding="utf-8")
    done = subprocess.run([str(NGINX), "-t", "-c", str(nginx_conf)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


#: The headers that the portal sets on every answer, and nginx on its own.
PORTALS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Resource-Policy",
    "Strict-Transport-Security",
)


class Portal(BaseHTTPRequestHandler):
    """Stands for the portal behind nginx: one public page, one private, one that sets a cookie."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        if self.path == "/gone/":
            self.close_connection = True
            return
        type(self).asked.append((self.path, self.headers["X-Forwarded-For"]))
        self.send_response(200)
        self.send_header("Cache-Control", "no-store, private" if self.path == "/dashboard/" else "public, max-age=60")
        self.send_header("ETag", '"one"')
        if self.path == "/cookie/":
            self.send_header("Set-Cookie", "a=b")
        for name in PORTALS:
            self.send_header(name, "the portal's")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def behind_nginx(nginx_conf: Path) -> Iterator[tuple[int, type[Portal]]]:
    """nginx with the portal's stand-in behind it: the port to ask, and what reached the stand-in."""
    text = nginx_conf.read_text(encoding="utf-8")
    back = int(re.findall(r"server 127\.0\.0\.1:(\d+);", text)[0])
    front = int(re.findall(r"listen 127\.0\.0\.1:(\d+);", text)[-1])
    Portal.asked = []
    upstream = ThreadingHTTPServer(("127.0.0.1", back), Portal)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    process = subprocess.Popen(
        [str(NGINX), "-c", str(nginx_conf), "-g", "daemon off; master_process off;"],
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509
    )
    try:
        wait_for(front)
        yield front, Portal
    finally:
        process.terminate()
        process.wait(10)
        upstream.shutdown()
        upstream.server_close()


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            get(port, "/ready/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not start")


def get(port: int, path: str, **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def written(log: Path, line: str) -> str:
    """The log as soon as `line` is in it: nginx writes after it has answered."""
    end = time.monotonic() + 10
    while line not in (text := log.read_text(encoding="utf-8")):
        assert time.monotonic() < end, f"{line!r} is not in {text!r}"
        time.sleep(0.05)
    return text


def test_nginx_caches_public_pages_only(behind_nginx: tuple[int, type[Portal]]) -> None:
    port, portal = behind_nginx
    portal.asked.clear()
    for path in ("/members/", "/dashboard/", "/cookie/"):
        for _ in range(3):
            assert get(port, path).status == 200
    assert [path for path, _ in portal.asked] == ["/members/", *["/dashboard/"] * 3, *["/cookie/"] * 3]


def test_nginx_answers_304_when_the_etag_matches(behind_nginx: tuple[int, type[Portal]]) -> None:
    port, _ = behind_nginx
    assert get(port, "/members/").getheader("ETag") == '"one"'
    assert get(port, "/members/", If_None_Match='"one"').status == 304


def test_nginx_replaces_the_forwarded_address_of_the_client(behind_nginx: tuple[int, type[Portal]]) -> None:
    port, portal = behind_nginx
    portal.asked.clear()
    get(port, "/dashboard/", X_Forwarded_For="203.0.113.9")
    assert portal.asked == [("/dashboard/", "127.0.0.1")]


@pytest.mark.parametrize("path", ["/members/", "/dashboard/", "/cookie/"])
def test_nginx_leaves_the_headers_of_the_portal_alone(behind_nginx: tuple[int, type[Portal]], path: str) -> None:
    """Also on an answer that comes out of its cache."""
    port, _ = behind_nginx
    for _ in range(2):
        told = get(port, path).headers
        assert {name: told.get_all(name) for name in PORTALS} == {name: ["the portal's"] for name in PORTALS}
        assert len(told.get_all("Cache-Control") or []) == 1


def own_answer(port: int, kind: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    match kind:
        case "too large":
            connection.request("POST", "/report/", headers={"Content-Length": "3000000"})
        case "long address":
            connection.request("GET", "/" + "x" * 40_000)
        case "no request":
            connection.request("GET", "/", headers={"Host": "a b"})
    return connection.getresponse()


@pytest.mark.parametrize(("kind", "status"), [("too large", 413), ("long address", 414), ("no request", 400)])
def test_nginx_sets_every_header_on_its_own_answers(
    behind_nginx: tuple[int, type[Portal]], kind: str, status: int
) -> None:
    answer = own_answer(behind_nginx[0], kind)
    assert answer.status == status
    has_own_headers(answer)


def test_nginx_sets_every_header_when_the_portal_is_away(behind_nginx: tuple[int, type[Portal]]) -> None:
    answer = get(behind_nginx[0], "/gone/")
    assert answer.status == 502
    has_own_headers(answer)


def has_own_headers(answer: HTTPResponse) -> None:
    told = [name for name, _ in answer.getheaders() if name in PORTALS]
    assert sorted(told) == sorted(PORTALS)
    assert (answer.headers["Cache-Control"], answer.headers["X-Frame-Options"]) == ("no-store, private", "DENY")
    assert score(HttpResponse(headers=dict(answer.getheaders()))) == 150


def test_nginx_lets_the_portal_redirect_to_https_and_names_no_host_itself(
    behind_nginx: tuple[int, type[Portal]], nginx_conf: Path
) -> None:
    text = nginx_conf.read_text(encoding="utf-8")
    plain = int(re.findall(r"listen 127\.0\.0\.1:(\d+);", text)[0])
    behind_nginx[1].asked.clear()
    answer = get(plain, "/members/", Host="evil.example")
    assert (answer.status, answer.getheader("Location")) == (200, None)
    assert behind_nginx[1].asked == [("/members/", "127.0.0.1")]
    assert not re.search(r"return 30\d[^;]*\$host", text)


def test_nginx_logs_no_private_link(behind_nginx: tuple[int, type[Portal]], nginx_conf: Path) -> None:
    port, _ = behind_nginx
    get(port, "/report/secret-token/?also=secret")
    log = written(nginx_conf.parent / "access.log", " GET /report ")
    assert "secret" not in log
    assert "127.0.0.1" not in log
