"""``manage.py run`` starts the whole portal, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from psrt_portal.embedded.places import RUNTIME, Places, make_private
from tests.architecture.source import ROOT
from tests.environment import SECRET
from tests.machine import Process, processes
from tests.servers import free_port
from tests.services.production import migrated
from tests.waiting import wait_until

#: A word in the command of each part.
PARTS = ("gunicorn", "celery", "embedded.supervisor", "bin/postgres", "valkey-server")


class Run:
    """One run of the command with embedded servers and a port of its own, in a path with a space."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.output = folder / "output"
        self.places = Places(folder / "a var")
        self.environment = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DEPLOYMENT": "development",
            "SECRET_KEY": SECRET,
            "VAR_DIR": str(self.places.var),
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Start another command on the same VAR_DIR."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Without a demo unless ``--demo`` is among the arguments, which the command does not know."""
        own_arguments = [word for word in arguments if word != "--demo"]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", *([] if "--demo" in arguments else ["--no-demo"]), *own_arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def until_ready(self) -> None:
        wait_until(lambda: "Ctrl-C stops it" in self.said, 150)

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def children(self, word: str = "") -> list[int]:
        """Return the numbers of this run's processes with `word` in their command."""
        return [process.pid for process in self.parts(word)]

    def parts(self, word: str = "") -> list[Process]:
        """Return processes with this run's folder in their environment or command, and `word` in their command."""
        var, sockets = str(self.places.var), str(self.places.sockets)
        return [
            process
            for process in processes()
            if (f"VAR_DIR={var}" in process.environment or var in process.command or sockets in process.command)
            and word in process.command
            and (self.process is None or process.pid != self.process.pid)
        ]

    def end(self) -> None:
        is_running = self.process is not None and self.process.poll() is None
        for pid in [*self.children(), *([self.process.pid] if self.process and is_running else [])]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process:
            self.process.wait()
        shutil.rmtree(self.places.sockets, ignore_errors=True)


@pytest.fixture
def bare_run(tmp_path: Path) -> Iterator[Run]:
    """On a folder in which nothing has been made yet."""
    run = Run(tmp_path)
    yield run
    run.end()


@pytest.fixture
def run(bare_run: Run) -> Run:
    """On a database that is migrated and empty."""
    make_private(bare_run.places.folder)
    shutil.copytree(migrated(embedded=True), bare_run.places.folder / "postgresql")
    return bare_run


def status(port: int, path: str, host: str = "localhost") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse().status
    connection.close()
    return answer


def answers(port: int) -> bool:
    try:
        return status(port, "/healthz") == 200
    except OSError:
        return False


def stop(run: Run, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Stop a run as a terminal or a service manager does; nothing is left of it."""
    process.send_signal(number)
    assert process.wait(30) == 0
    wait_until(lambda: run.children() == [], 10)
    assert "Traceback" not in run.said


def test_the_portal_runs_from_nothing_is_found_by_other_commands_and_stops_with_everything_it_started(
    bare_run: Run,
) -> None:
    process = bare_run.start()
    bare_run.until_ready()
    port = bare_run.port
    assert f"The portal is at http://localhost:{port}/" in bare_run.said
    assert [status(port, path) for path in ("/healthz", "/readyz", "/mail/")] == [200, 200, 200]
    for word in PARTS:
        assert bare_run.children(word) != []
    assert_a_second_run_is_refused_in_a_sentence(bare_run, process)
    assert_a_command_uses_the_same_servers(bare_run)
    assert status(port, "/readyz") == 200
    stop(bare_run, process, signal.SIGINT)


def assert_a_second_run_is_refused_in_a_sentence(run: Run, process: subprocess.Popen[bytes]) -> None:
    second = run.command("run", "--no-demo")
    said = second.communicate(timeout=60)[0]
    assert (second.returncode, "Traceback" in said) == (1, False)
    assert said.startswith(
        f"CommandError: The portal runs already on {run.places.var}, as process {process.pid}, "
        f"at http://localhost:{run.port}. "
    )


def assert_a_command_uses_the_same_servers(run: Run) -> None:
    servers = run.children("bin/postgres")
    command = run.command("audit_verify")
    assert command.communicate(timeout=60)[0].strip().startswith("The audit log is whole")
    assert run.children("bin/postgres") == servers


def test_a_demo_has_servers_for_its_channels_that_end_with_it(run: Run) -> None:
    process = run.start("--demo")
    run.until_ready()
    [services] = run.parts("demo_services")
    port = int(services.command.split()[-1])
    for word in ("gunicorn", "celery"):
        environment = run.parts(word)[0].environment
        assert f"MAILMAN_API_URL=http://localhost:{port}/mailman/3.1" in environment.split()
    assert status(port, "/github/orgs/psrt/teams/team/members") == 401
    stop(run, process, signal.SIGTERM)


def test_a_part_that_dies_is_started_again_some_times_and_the_other_runs_on(run: Run) -> None:
    process = run.start()
    run.until_ready()
    web, worker = run.children("gunicorn"), run.children("celery")[0]
    os.kill(worker, signal.SIGKILL)
    line = "worker ended by itself (exit code -9) and is started again (restart 1 of at most 5 in 10 minutes)"
    wait_until(lambda: line in run.said and run.children("celery") not in ([], [worker]), 30)
    assert worker not in run.children("celery")
    os.kill(web[0], signal.SIGKILL)
    wait_until(lambda: "the web server ended by itself (exit code -9) and is started again" in run.said, 30)
    wait_until(lambda: answers(run.port), 60)
    assert set(web).isdisjoint(run.children("gunicorn"))
    until_dead = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until_dead:
        for pid in run.children("celery")[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
    assert process.wait(30) == 1
    assert "The background worker ended by itself (exit code -9), so everything stops." in run.said
    wait_until(lambda: run.children() == [], 10)


def test_a_part_that_cannot_start_stops_everything_at_once(run: Run) -> None:
    run.environment["WEB_THREADS"] = "none"
    process = run.start()
    assert process.wait(60) == 1
    assert re.search(r"The web server ended by itself \(exit code [1-9]\d*\), so everything stops", run.said)
    assert "is started again" not in run.said
    wait_until(lambda: run.children() == [], 10)


def test_a_port_in_use_is_said_in_a_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().wait(150) == 1
    assert re.search(rf"localhost:{run.port} cannot be listened on \(.*\)\. .*PORT={run.port + 1} make run", run.said)
    assert "Traceback" not in run.said


def test_a_portal_that_listens_everywhere_loses_no_data_when_it_is_killed_and_ends_with_its_database(run: Run) -> None:
    run.environment["HOST"] = "0.0.0.0"  # noqa: S104
    process = run.start()
    run.until_ready()
    assert_it_answers_by_every_name_of_this_machine(run)
    with psycopg.connect(run.places.database_url(RUNTIME)) as connection:
        connection.execute("INSERT INTO portal_cache VALUES ('kept', 'before the kill', '2099-01-01')")
    process.kill()
    process.wait()
    wait_until(lambda: run.children() == [], 10)
    process = run.start()
    wait_until(lambda: run.said.count("Ctrl-C stops it") == 2, 150)
    with psycopg.connect(run.places.database_url(RUNTIME)) as connection:
        found = connection.execute("SELECT value FROM portal_cache WHERE cache_key = 'kept'").fetchall()
    assert found == [("before the kill",)]
    os.kill(run.children("bin/postgres")[0], signal.SIGKILL)
    assert process.wait(30) == 1
    assert f"PostgreSQL or Valkey ended by itself, so everything stops. The logs in {run.places.folder}" in run.said
    wait_until(lambda: run.children() == [], 10)


def assert_it_answers_by_every_name_of_this_machine(run: Run) -> None:
    names = ["localhost", "127.0.0.1", socket.gethostname()]
    assert [status(run.port, "/healthz", host) for host in [*names, "psrt.example.org"]] == [200, 200, 200, 400]
    [told] = re.findall(r"^Other machines reach it at (.*)$", run.said, re.MULTILINE)
    assert f"http://{socket.gethostname().lower()}:{run.port}/" in told.split(", ")


def test_a_run_ends_when_the_make_that_started_it_is_killed(run: Run) -> None:
    run.environment["MAKELEVEL"] = "1"
    with run.output.open("ab") as output:
        make = subprocess.Popen(
            ["sh", "-c", f"'{sys.executable}' manage.py run --no-demo; exit"],
            cwd=ROOT,
            env=run.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    run.until_ready()
    make.kill()
    make.wait()
    wait_until(lambda: run.children() == [], 10)
    assert "Stopping." in run.said


def test_commands_start_the_servers_themselves_and_share_them(run: Run) -> None:
    """Start all three at once and end them at different times; nothing runs before and afterwards."""
    commands = [run.command("audit_verify"), run.command("showmigrations", "audit"), run.command("audit_verify")]
    said = [command.communicate(timeout=60)[0].strip() for command in commands]
    assert [command.returncode for command in commands] == [0, 0, 0]
    assert said[0] == said[2]
    assert said[0].startswith("The audit log is whole: 0 events")
    assert "[X] 0001_initial" in said[1]
    wait_until(lambda: run.children() == [], 10)
