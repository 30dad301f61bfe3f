"""A worker that hangs is found by its health check and ended with all its processes (deploy/watch.py)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import health
from deploy.watch import STUCK
from psrt_portal.embedded.server import end_with_parent
from tests.architecture.source import ROOT
from tests.workers import database_url, empty_broker

WATCH = """
import sys
from deploy import health
from deploy.watch import Watch
command = [sys.executable, "-m", "celery", "-A", "psrt_portal", "worker", "--concurrency", "1", "--loglevel", "info"]
sys.exit(Watch(command, health.worker, first=5, every=0.5, failures=2, grace=0.5).run())
"""


@pytest.fixture
def watched(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A real worker under a watch with short times, and its log."""
    empty_broker()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("DATABASE_URL", database_url())
    log = tmp_path / "watch.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WATCH], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )  # fmt: skip
    until(lambda: " ready." in log.read_text(errors="replace"))
    yield process, log
    process.terminate()
    process.wait(30)


def until(fact: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.1)


def child_of(process: subprocess.Popen[bytes]) -> int:
    """The worker's main process, which leads a session of its own."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    return next(pid for pid in map(int, children) if os.getpgid(pid) == pid and b"\0worker\0" in command_of(pid))


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_worker_that_hangs_is_ended_with_its_children(watched: tuple[subprocess.Popen[bytes], Path]) -> None:
    watching, log = watched
    worker = child_of(watching)
    assert health.worker() is True
    os.kill(worker, signal.SIGSTOP)
    assert health.worker() is False
    assert watching.wait(90) == STUCK
    until(lambda: is_gone(worker))
    assert "deploy.watch: No sign of life at 2 looks" in log.read_text(errors="replace")


def test_a_worker_under_a_watch_stops_as_it_does_alone(watched: tuple[subprocess.Popen[bytes], Path]) -> None:
    watching, log = watched
    worker = child_of(watching)
    watching.terminate()
    assert watching.wait(60) == 0
    until(lambda: is_gone(worker))
    assert "Warm shutdown" in log.read_text(errors="replace")
