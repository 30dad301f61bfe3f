"""Metrics of real processes: several web servers that count together, a worker and a schedule that live and die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from tempfile import gettempdir

import pytest

from audit import clock
from psrt_portal.heartbeats import BackgroundPart, last
from tests.bench.load import Web
from tests.waiting import wait_until
from tests.workers import Worker, database_url

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "t0ken" * 8


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    """gunicorn with two processes and a token for metrics."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "METRICS_TOKEN": TOKEN,
        "WEB_WORKERS": "2",
    }
    web = Web("psrt_portal.wsgi:application", environment)
    web.wait_for("/healthz", {"Host": f"localhost:{web.port}"})
    yield web
    web.stop()


def ask(web: Web, path: str) -> str:
    """Return the text of a page, over a connection of its own: any process may answer."""
    http = HTTPConnection("127.0.0.1", web.port, timeout=20)
    try:
        http.request("GET", path, headers={"Host": f"localhost:{web.port}", "Authorization": f"Bearer {TOKEN}"})
        return http.getresponse().read().decode()
    finally:
        http.close()


def counted(web: Web, route: str) -> float:
    """Return the number of requests of a route, as whichever process answers has it."""
    wanted = f'portal_request_seconds_count{{method="GET",route="{route}",status="2xx"}} '
    return sum(
        float(line.removeprefix(wanted)) for line in ask(web, "/metrics").splitlines() if line.startswith(wanted)
    )


def processes_of(web: Web) -> list[int]:
    """Return the processes that answer requests."""
    children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in children.split()]


def test_requests_are_counted_over_all_processes_and_outlive_one(web: Web) -> None:
    for _ in range(40):
        ask(web, "/.well-known/security.txt")
    assert {counted(web, "security_txt") for _ in range(10)} == {40}
    first = processes_of(web)
    assert len(first) == 2
    os.kill(first[0], signal.SIGKILL)
    wait_until(lambda: len(processes_of(web)) == 2 and processes_of(web) != first)
    for _ in range(10):
        ask(web, "/.well-known/security.txt")
    assert {counted(web, "security_txt") for _ in range(10)} == {50}


def test_the_files_do_not_grow_in_number_and_go_with_the_server(web: Web) -> None:
    ask(web, "/healthz")
    folder = newest_folder()
    for _ in range(3):
        before = processes_of(web)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda before=before: len(processes_of(web)) == 2 and processes_of(web) != before)  # type: ignore[misc]
        ask(web, "/healthz")
    assert {path.name for path in folder.iterdir()} <= {"histogram_0.db", "histogram_1.db"}
    web.process.terminate()
    web.process.wait(30)
    assert not folder.exists()


def newest_folder() -> Path:
    """Return the folder that the last web server made."""
    memory = Path("/dev/shm")  # noqa: S108  as deploy/gunicorn.py
    parent = memory if memory.is_dir() else Path(gettempdir())
    return max(parent.glob("portal-metrics-*"), key=lambda path: path.stat().st_mtime)


def test_worker_and_schedule_show_that_they_live(worker: Worker) -> None:
    worker.start(SWEEP_SECONDS=1, beat=True)
    wait_until(lambda: all(last(part) is not None for part in BackgroundPart))
    worker.kill()
    noted = {part: last(part) for part in BackgroundPart}
    time.sleep(2)
    assert {part: last(part) for part in BackgroundPart} == noted
    assert all(moment and moment <= clock.now() for moment in noted.values())
