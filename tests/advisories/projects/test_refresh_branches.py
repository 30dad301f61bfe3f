"""``manage.py refresh_branches``: from a server, from a file, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from advisories.projects import release_feed
from advisories.projects.models import BranchSource
from tests.advisories.projects.making import branch
from tests.advisories.projects.test_release_cycle import CYCLE
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db
NEWER: dict[str, Any] = {"3.15": {**CYCLE["3.15"], "status": "bugfix", "branch": "3.15"}}


class Server:
    """A small server that answers with what it is told to."""

    def __init__(self) -> None:
        self.content, self.status, self.headers = b"{}", 200, dict[str, str]()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(server.content)

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}/release-cycle.json"
        Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    started = Server()
    settings.RELEASE_CYCLE_URL = started.address
    yield started
    started.close()


def refresh(*options: str) -> list[str]:
    out = StringIO()
    call_command("refresh_branches", *options, stdout=out)
    return out.getvalue().splitlines()


def refused(*options: str) -> str:
    before = BranchSource.objects.count()
    with recorded() as events, pytest.raises(CommandError) as error:
        refresh(*options)
    assert (kinds(events), BranchSource.objects.count(), branch("3.15").status) == ([], before, "prerelease")
    return str(error.value)


def test_the_branches_of_the_server_are_taken_and_named(server: Server) -> None:
    server.content = json.dumps(NEWER).encode()
    with recorded() as events:
        lines = refresh()
    assert lines[0] == "3.15: status prerelease -> bugfix"
    assert lines[-1] == f"1 branches in {server.address}: 1 new or changed"
    assert (kinds(events), branch("3.15").status) == (["branches:taken"], "bugfix")
    assert BranchSource.objects.all()[0].source == server.address


def test_a_dry_run_says_the_same_and_writes_nothing(server: Server) -> None:
    server.content = json.dumps(NEWER).encode()
    with recorded() as events:
        lines = refresh("--dry-run")
    assert lines[0] == "3.15: status prerelease -> bugfix"
    assert lines[-1].endswith("1 would be new or changed")
    assert (kinds(events), branch("3.15").status, BranchSource.objects.count()) == ([], "prerelease", 1)


def test_a_file_is_read_instead_of_the_server(tmp_path: Path) -> None:
    path = tmp_path / "cycle.json"
    path.write_text(json.dumps(NEWER), encoding="utf-8")
    refresh("--file", str(path))
    assert (branch("3.15").status, BranchSource.objects.all()[0].source) == ("bugfix", "cycle.json")


def test_without_an_address_nothing_is_fetched(settings: Settings) -> None:
    settings.RELEASE_CYCLE_URL = ""
    assert refused() == "RELEASE_CYCLE_URL is not set. Set it, or name a file with --file."


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"not json", 200, "is no JSON in UTF-8, or nested too deep."),
        (b"\xff{}", 200, "is no JSON in UTF-8, or nested too deep."),
        (b"[" * 5_000, 200, "is no JSON in UTF-8, or nested too deep."),
        (b"{}", 200, "the record has 0 branches"),
        (json.dumps({**NEWER, "3.14": {}}).encode(), 200, "3.14.first_release: is missing."),
        (b"x" * 1_000_001, 200, "answered with more than 1,000,000 bytes."),
        (b"{}", 500, "answered 500."),
    ],
)
def test_what_is_no_release_cycle_changes_nothing(server: Server, content: bytes, status: int, sentence: str) -> None:
    server.content, server.status = content, status
    said = refused()
    assert sentence in said
    assert said.endswith("Nothing was written.")


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.status, server.headers = 302, {"Location": "http://169.254.169.254/"}
    assert "answered 302." in refused()


def test_a_server_that_is_away_or_slow_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.content = json.dumps(NEWER).encode()
    monkeypatch.setattr(release_feed, "PATIENCE_SECONDS", -1.0)
    assert "took longer than" in refused()
    server.close()
    assert "cannot be reached: ConnectionError." in refused()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing, large = tmp_path / "missing.json", tmp_path / "large.json"
    large.write_bytes(b" " * (release_feed.MAX_BYTES + 1))
    assert refused("--file", str(missing)) == f"{missing}: No such file or directory. Nothing was written."
    assert "has more than 1,000,000 bytes" in refused("--file", str(large))
