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

from psrt_portal.embedded.server import end_with_parent
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


class Portal(BaseHTTPRequestHandler):
    """Stands for the portal behind nginx: one public page, one private, one that sets a cookie."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["X-Forwarded-For"]))
        self.send_response(200)
        self.send_header("Cache-Control", "no-store, private" if self.path == "/dashboard/" else "public, max-age=60")
        self.send_header("ETag", '"one"')
        if self.path == "/cookie/":
            self.send_header("Set-Cookie", "a=b")
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


def test_nginx_logs_no_private_link(behind_nginx: tuple[int, type[Portal]], nginx_conf: Path) -> None:
    port, _ = behind_nginx
    get(port, "/report/secret-token/?also=secret")
    log = written(nginx_conf.parent / "access.log", " GET /report ")
    assert "secret" not in log
    assert "127.0.0.1" not in log
