"""An nginx of the tests' own, configured as in production (deploy/nginx), and a stand-in for the portal behind it."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from psrt_portal.embedded.server import end_with_parent
from tests import machine
from tests.architecture.source import ROOT
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
        log = self.folder / "error.log"
        pytest.fail(f"nginx did not start:\n{log.read_text(encoding='utf-8') if log.exists() else ''}")

    def get(self, path: str, **headers: str) -> Answer:
        """Ask by TLS, without looking at the certificate."""
        context = ssl._create_unverified_context()  # noqa: S323
        return answer_of(HTTPSConnection("127.0.0.1", self.https, timeout=10, context=context), "GET", path, headers)

    def post(self, path: str, **headers: str) -> Answer:
        """Send an empty form by TLS."""
        context = ssl._create_unverified_context()  # noqa: S323
        return answer_of(HTTPSConnection("127.0.0.1", self.https, timeout=10, context=context), "POST", path, headers)

    def say(self, request: str) -> Answer:
        """Send the bytes of a request by TLS, also such as no browser sends."""
        context = ssl._create_unverified_context()  # noqa: S323
        with (
            socket.create_connection(("127.0.0.1", self.https), timeout=10) as bare,
            context.wrap_socket(bare, server_hostname="localhost") as connection,
        ):
            connection.sendall(request.encode())
            answer = HTTPResponse(connection)
            answer.begin()
            return Answer(answer.status, answer.getheaders(), answer.read().decode())

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


def front_in(folder: Path) -> Front:
    """Return an nginx to be configured, with a certificate; skips the test where there is none."""
    if NGINX is None:
        machine.skip_without("nginx")
    write_certificate(folder)
    return Front(folder)


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
