"""``manage.py run`` starts the whole portal, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.plugin import SECRET
from tests.servers import free_port


class Run:
    """One run of the command with a database and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.output = folder / "output"
        self.environment = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DEPLOYMENT": "development",
            "SECRET_KEY": SECRET,
            "VAR_DIR": str(folder / "var"),
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Without a demo unless ``--demo`` is among the arguments, which the command does not know."""
        words = [word for word in arguments if word != "--demo"]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", *([] if "--demo" in arguments else ["--no-demo"]), *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def until_ready(self) -> None:
        wait_for(lambda: "Ctrl-C stops it" in self.said, 150)

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def children(self, word: str = "") -> list[int]:
        """Processes that carry this run's folder in their environment, and `word` in their command."""
        mark = f"VAR_DIR={self.environment['VAR_DIR']}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark in environment.split(b"\0") and word.encode() in command:
                found.append(int(folder.name))
        return [pid for pid in sorted(found) if self.process is None or pid != self.process.pid]

    def end(self) -> None:
        for pid in [*self.children(), *([self.process.pid] if self.process else [])]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process:
            self.process.wait()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} seconds")
        time.sleep(0.05)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.end()


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": f"localhost:{port}"})
    answer = connection.getresponse().status
    connection.close()
    return answer


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_portal_runs_and_stops_with_everything_it_started(run: Run, number: signal.Signals) -> None:
    process = run.start()
    run.until_ready()
    assert f"The portal is at http://localhost:{run.port}/" in run.said
    assert (status(run.port, "/healthz"), status(run.port, "/readyz"), status(run.port, "/mail/")) == (200, 200, 200)
    assert run.children("gunicorn") != []
    assert run.children("celery") != []
    process.send_signal(number)
    assert process.wait(30) == 0
    wait_for(lambda: run.children() == [], 10)
    assert "Traceback" not in run.said


def test_a_demo_has_servers_for_its_channels_that_end_with_it(run: Run) -> None:
    process = run.start("--demo")
    run.until_ready()
    [services] = run.children("demo_services")
    port = int((Path("/proc") / str(services) / "cmdline").read_bytes().split(b"\0")[-2])
    for part in ("gunicorn", "celery"):
        environment = (Path("/proc") / str(run.children(part)[0]) / "environ").read_bytes()
        assert f"MAILMAN_API_URL=http://localhost:{port}/mailman/3.1".encode() in environment.split(b"\0")
    assert status(port, "/github/orgs/psrt/teams/team/members") == 401
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    wait_for(lambda: run.children() == [], 10)


@pytest.mark.parametrize(("word", "name"), [("gunicorn", "web server"), ("celery", "background worker")])
def test_when_a_part_dies_the_other_is_stopped_and_the_dead_one_named(run: Run, word: str, name: str) -> None:
    process = run.start()
    run.until_ready()
    os.kill(run.children(word)[0], signal.SIGKILL)
    assert process.wait(30) == 1
    assert f"The {name} ended by itself (exit code -9)" in run.said
    wait_for(lambda: run.children() == [], 10)


def test_a_port_in_use_is_said_in_a_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().wait(150) == 1
    assert re.search(rf"localhost:{run.port} cannot be listened on \(.*\)\. .*PORT={run.port + 1} make run", run.said)
    assert "Traceback" not in run.said


def test_a_second_run_keeps_the_data(run: Run) -> None:
    database = Path(run.environment["VAR_DIR"]) / "portal.sqlite3"
    made = []
    for number in (1, 2):
        process = run.start()
        wait_for(lambda: run.said.count("Ctrl-C stops it") == number, 150)  # noqa: B023 - called right here
        with sqlite3.connect(database) as connection:
            made.append(connection.execute("SELECT applied FROM django_migrations ORDER BY id").fetchall())
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert made[0] == made[1]
