"""The portal as production runs it, on a PostgreSQL of its own that a test may stop, freeze or fill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from psrt_portal.embedded.places import OWNER, RUNTIME
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.embedded.server import end_with_parent
from tests import servers
from tests.architecture.source import ROOT
from tests.architecture.test_settings import PRODUCTION
from tests.servers import free_port

HOST = "psrt.example.org"
TOKEN = "c" * 32
START_SECONDS = 60
#: Signs in the cast on the database of the portal and prints the cookies of some of them.
_SIGN_IN = """
import json, sys, django; django.setup()
from django.conf import settings
from django.test import Client
from tests.cast import assemble, cookie_of, sign_in
cast = assemble()
print(json.dumps({name: cookie_of(sign_in(Client(), getattr(cast, name))) for name in sys.argv[1:]}))
"""


@dataclass(frozen=True)
class Reply:
    """The portal's answer to a request."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


class Portal:
    """PostgreSQL, gunicorn with two processes of four threads, and a worker if it is asked for."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.database: PostgreSQL = servers.postgresql(folder)
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
            "REDIS_URL": os.environ["REDIS_URL"],
            "SWEEP_SECONDS": "1",
            "PORT": str(self.port),
            **environment,
        }

    def prepare(self, *people: str) -> None:
        """Start the database, migrate it, collect static files, and sign in `people` of the cast."""
        self.database.start()
        self._manage("migrate", DATABASE_OWNER_URL=self.database.url(OWNER))
        self._manage("collectstatic", "--no-input")
        settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DEPLOYMENT": "development"}
        self.cookies = json.loads(self._run([sys.executable, "-c", _SIGN_IN, *people], settings))

    def _manage(self, *arguments: str, **environment: str) -> None:
        self._run([sys.executable, "manage.py", *arguments, "--verbosity", "0"], environment)

    def _run(self, command: list[str], environment: Mapping[str, str]) -> str:
        environment = {**self.environment, **environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start the web server and wait until it answers."""
        self._spawn("web", ["gunicorn", "--config", "deploy/gunicorn.py", "psrt_portal.wsgi:application"])
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

    def _spawn(self, name: str, arguments: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as output:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *arguments],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=end_with_parent,  # noqa: PLW1509
                )
            )

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

    def get(self, path: str, person: str = "") -> Reply:
        return self._ask("GET", path, person)

    def post(self, path: str, fields: Mapping[str, str], person: str = "") -> Reply:
        return self._ask("POST", path, person, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}))

    def _ask(self, method: str, path: str, person: str, form: str = "") -> Reply:
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.77",
            "Origin": f"https://{HOST}",
            "Referer": f"https://{HOST}/",
            "Cookie": f"__Host-csrf={TOKEN}; __Host-session={self.cookies.get(person, '')}",
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
    def frozen(self) -> Iterator[None]:
        """Stop every process of the database in its tracks: its connections stay open, and nobody answers."""
        assert self.database.process is not None
        pids = _family(self.database.process.pid)
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in reversed(pids):
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    continue


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]
