"""The portal as production runs it, on a PostgreSQL of its own that a test may stop, freeze or fill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from psycopg import sql

from psrt_portal.embedded.places import OWNER, RUNTIME
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.embedded.server import end_with_parent
from tests import servers
from tests.architecture.source import ROOT
from tests.architecture.test_settings import PRODUCTION
from tests.runs import once_in_a_run, run_folder
from tests.servers import free_port

HOST = "psrt.example.org"
TOKEN = "c" * 32
#: The address that a visitor comes from, as the proxy says it.
VISITOR = "203.0.113.77"
START_SECONDS = 60
GUNICORN = ["gunicorn", "--config", "deploy/gunicorn.py", "psrt_portal.wsgi:application"]
#: Signs in the cast on the database of the portal and prints the cookies of some of them.
_SIGN_IN = """
import json, sys, django; django.setup()
from django.conf import settings
from django.test import Client
from tests.cast import assemble, cookie_of, sign_in
cast = assemble()
print(json.dumps({name: cookie_of(sign_in(Client(), getattr(cast, name))) for name in sys.argv[1:]}))
"""


def report(**changes: str) -> dict[str, str]:
    """What somebody types into the report form, and an id of its own for each sending."""
    return {
        "project": "cpython",
        "summary": "CANARY-summary of a hole",
        "description": "CANARY-description <b>\nwith a second line",
        "versions_tested": "3.99",
        "versions_affected": "3.99",
        "impact": "CANARY-impact",
        "reporter_name": "CANARY Reporter",
        "reporter_email": "canary.reporter@example.net",
        "checked_by_person": "on",
        "once": str(uuid4()),
        **changes,
    }


@dataclass(frozen=True)
class Reply:
    """The portal's answer to a request."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


class Portal:
    """PostgreSQL, gunicorn with two processes of four threads, and a worker if it is asked for."""

    def __init__(self, folder: Path, database: PostgreSQL | None = None, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.database = database or servers.postgresql(folder)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.cookies: dict[str, str] = {}
        self.environment = {
            **PRODUCTION,
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DEPLOYMENT": "production",
            "TRUSTED_PROXIES": "1",
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "DATABASE_URL": self.database.url(RUNTIME),
            "REDIS_URL": os.environ.get("REDIS_URL", ""),  # of the test run
            "SWEEP_SECONDS": "1",
            "PORT": str(self.port),
            **environment,
        }

    def prepare(self) -> None:
        """Start the database with the cast in it, of whom Mel and Ada are signed in; static files are collected."""
        inhabited = _inhabited()
        shutil.copytree(inhabited / "postgresql", self.database.data)
        self.environment["STATIC_ROOT"] = str(inhabited / "static")
        self.cookies = json.loads((inhabited / "cookies.json").read_text(encoding="ascii"))
        self.database.start()

    def install(self) -> None:
        """Start the database, migrate it, and collect static files."""
        self.database.start()
        self.migrate()
        self.collect_static_files()

    def migrate(self) -> None:
        self._manage("migrate", DATABASE_OWNER_URL=self.database.url(OWNER))

    def collect_static_files(self) -> None:
        self._manage("collectstatic", "--no-input")

    def as_tests(self, *arguments: str) -> str:
        """Run Python on this portal's data with the settings of the tests, and return what it prints."""
        settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DEPLOYMENT": "development"}
        return self._run([sys.executable, *arguments], settings)

    def _manage(self, *arguments: str, **environment: str) -> None:
        assert self._run([sys.executable, "manage.py", *arguments, "--verbosity", "0"], environment) == ""

    def _run(self, command: list[str], environment: Mapping[str, str]) -> str:
        environment = {**self.environment, **environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start the web server and wait until it answers."""
        self._spawn("web", GUNICORN)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the web server answers, and its database."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                if self.get("/readyz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the portal did not start:\n{self.log('web')}")

    def start_worker(self) -> None:
        """Start a worker with the schedule, and wait until it takes work."""
        schedule = str(self.folder / "beat")
        celery = ["celery", "-A", "psrt_portal", "--quiet", "worker", "--loglevel", "info", "--without-mingle"]
        self._spawn("worker", [*celery, "--without-gossip", "-B", "-s", schedule, "-P", "threads", "-c", "2"])
        self.wait_for_log("worker", " ready.")

    def _spawn(self, name: str, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.database.stop()

    # -- what it says ------------------------------------------------------------------------------------

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Every line of a log; each of them is JSON."""
        return [json.loads(line) for line in self.log(name).splitlines()]

    def wait_for_log(self, name: str, text: str, seconds: float = START_SECONDS) -> None:
        end = time.monotonic() + seconds
        while text not in self.log(name):
            assert time.monotonic() < end, f"{text!r} is not in the log:\n{self.log(name)[-3000:]}"
            time.sleep(0.05)

    def get(self, path: str, person: str = "", *, carried: str = "") -> Reply:
        """Read a page, with a cookie as an answer before has set it."""
        return self._ask("GET", path, person, carried=carried)

    def post(self, path: str, fields: Mapping[str, str], person: str = "", address: str = VISITOR) -> Reply:
        return self._ask("POST", path, person, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}), address)

    def _ask(
        self, method: str, path: str, person: str, form: str = "", address: str = VISITOR, carried: str = ""
    ) -> Reply:
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": address,
            "Origin": f"https://{HOST}",
            "Referer": f"https://{HOST}/",
            "Cookie": f"__Host-csrf={TOKEN}; __Host-session={self.cookies.get(person, '')}"
            + (f"; {carried}" if carried else ""),
            **({"Content-Type": "application/x-www-form-urlencoded"} if form else {}),
        }
        began = time.monotonic()
        http = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            http.request(method, path, form or None, headers)
            answer = http.getresponse()
            text = answer.read().decode()
            return Reply(answer.status, dict(answer.getheaders()), text, time.monotonic() - began)
        finally:
            http.close()

    # -- faults ------------------------------------------------------------------------------------------

    def as_owner(self) -> psycopg.Connection:
        return psycopg.connect(self.database.url(OWNER), autocommit=True)

    @contextmanager
    def locked(self, table: str, mode: LiteralString = "EXCLUSIVE") -> Iterator[None]:
        """Let somebody hold a lock on a table; EXCLUSIVE lets others read."""
        with self.as_owner() as connection, connection.transaction():
            connection.execute(sql.SQL(f"LOCK TABLE {{}} IN {mode} MODE").format(sql.Identifier(table)))
            yield

    def frozen(self) -> AbstractContextManager[None]:
        """Stop every process of the database in its tracks: its connections stay open, and nobody answers."""
        assert self.database.process is not None
        return stopped(self.database.process.pid)


# -- made once in a run: nine seconds of a core for each module that would do it for itself -------------------


def migrated(*, embedded: bool = False) -> Path:
    """Return a stopped cluster, to be copied, with the tables and nobody on record.

    If `embedded`, of the version that ``manage.py run`` starts.
    """
    name = "migrated-embedded" if embedded and servers.are_from_debian() else "migrated"
    folder = run_folder() / name
    with once_in_a_run(name) as made:
        if not made:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            portal = Portal(folder, servers.postgresql(folder, embedded=embedded))
            try:
                portal.database.start()
                portal.migrate()
            finally:
                portal.stop()
    return folder / "postgresql"


def _inhabited() -> Path:
    """Return a folder with a stopped cluster in which the cast is, the cookies of two of them, and static files."""
    folder = run_folder() / "inhabited"
    with once_in_a_run("inhabited") as made:
        if not made:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            portal = Portal(folder)
            shutil.copytree(migrated(), portal.database.data)
            try:
                portal.database.start()
                portal.collect_static_files()
                cookies = portal.as_tests("-c", _SIGN_IN, "mel", "ada")
                (folder / "cookies.json").write_text(cookies, encoding="ascii")
            finally:
                portal.stop()
    return folder


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stop a process and all below it for a while, as if the machine had no time for them."""
    pids = family(pid)
    try:
        for one in pids:
            os.kill(one, signal.SIGSTOP)
        yield
    finally:
        for one in reversed(pids):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    return [pid, *(one for child in children(pid) for one in family(child))]
