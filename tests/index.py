"""A package index on this machine, with wheels made for a test."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BUILD_SYSTEM = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
from pathlib import Path

def build_wheel(folder, *settings):
    Path(folder, {name!r}).write_bytes({wheel!r})
    return {name!r}
"""


@dataclass(frozen=True)
class Release:
    """One release of a package: a file to download, and what a requirements file says of it."""

    name: str
    version: str
    #: As METADATA has them: ``tool[toml]>=1``.
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    #: Whether the index has a source archive only.
    is_source: bool = False
    #: Where its only module lies, when not in a folder named after the package.
    module: str = ""
    #: A shell script to install as a program named after the package.
    program: str = ""

    @property
    def wheel_name(self) -> str:
        return f"{self.name}-{self.version}-py3-none-any.whl"

    @property
    def filename(self) -> str:
        return f"{self.name}-{self.version}.tar.gz" if self.is_source else self.wheel_name

    @property
    def content(self) -> bytes:
        """Return the file. It is the same bytes each time, as its hash must be."""
        return self._source if self.is_source else self._wheel

    @property
    def _wheel(self) -> bytes:
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Provides-Extra: {extra}" for extra in self.extras]
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        folder = f"{self.name}-{self.version}.dist-info"
        files = {
            self.module or f"{self.name}/__init__.py": f"__version__ = {self.version!r}\n",
            f"{folder}/METADATA": "\n".join(lines) + "\n",
            f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        if self.program:
            files[f"{self.name}-{self.version}.data/scripts/{self.name}"] = self.program
        files[f"{folder}/RECORD"] = "".join(f"{path},{_record(text)}\n" for path, text in files.items())
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as wheel:
            for path, text in files.items():
                member = zipfile.ZipInfo(path)
                member.external_attr = 0o100755 << 16  # pip keeps programs executable
                wheel.writestr(member, text)
        return archive.getvalue()

    @property
    def _source(self) -> bytes:
        """A source archive that pip can build without any other package: its build backend carries the wheel."""
        files = {
            "pyproject.toml": BUILD_SYSTEM,
            "backend.py": BACKEND.format(name=self.wheel_name, wheel=self._wheel),
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n",
        }
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as source:
            for path, text in files.items():
                member = tarfile.TarInfo(f"{self.name}-{self.version}/{path}")
                member.size = len(text.encode())
                source.addfile(member, io.BytesIO(text.encode()))
        return gzip.compress(archive.getvalue(), mtime=0)

    def pin(self) -> str:
        """Return the line that pins this release: name, version and hash."""
        return f"{self.name}=={self.version} --hash=sha256:{hashlib.sha256(self.content).hexdigest()}\n"


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(text.encode())}"


class Index(ThreadingHTTPServer):
    """Answers as package indexes do (PEP 503), on a free port of this machine."""

    daemon_threads = True

    def __init__(self, releases: Iterable[Release]) -> None:
        self.releases = list(releases)
        #: Names of the files asked for so far, in order.
        self.downloads: list[str] = []
        #: While cleared, downloads wait.
        self.open = threading.Event()
        self.open.set()
        #: Set once a download has been asked for.
        self.asked = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple/"

    def page(self, name: str) -> bytes | None:
        """Return the page that links every release of a package, or nothing for an unknown one."""
        files = [release.filename for release in self.releases if release.name == name]
        return "".join(f'<a href="/files/{file}">{file}</a>\n' for file in files).encode() or None

    def file(self, filename: str) -> bytes | None:
        """Return the content of a file once downloads are open, or nothing for an unknown one."""
        self.downloads.append(filename)
        self.asked.set()
        self.open.wait(timeout=60)
        return next((release.content for release in self.releases if release.filename == filename), None)


class _Handler(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        part, _, name = self.path.strip("/").partition("/")
        if part == "simple":
            self._answer(self.server.page(name), "text/html")
        else:
            self._answer(self.server.file(name), "application/octet-stream")

    def _answer(self, content: bytes | None, kind: str) -> None:
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Print nothing: the tests' output is for people."""


@contextmanager
def serving(releases: Iterable[Release]) -> Iterator[Index]:
    """Serve an index of `releases` while the block runs."""
    with Index(releases) as index:
        thread = threading.Thread(target=index.serve_forever, daemon=True)
        thread.start()
        yield index
        index.open.set()
        index.shutdown()
        thread.join()
