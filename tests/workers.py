"""A real Celery worker for tests of what happens outside a request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from kombu import pools

from psrt_portal import celery_app
from psrt_portal.embedded.server import end_with_parent
from tests.databases import url_of

ROOT = Path(__file__).parent.parent
START_SECONDS = 120
STOP_SECONDS = 15


@contextmanager
def broker_at(address: str) -> Iterator[None]:
    """Let this process publish to another address, over new connections then and afterwards."""
    app: Any = celery_app
    kept, app.conf.broker_url = app.conf.broker_url, address
    _forget_connections(app)
    try:
        yield
    finally:
        app.conf.broker_url = kept
        _forget_connections(app)


def _forget_connections(app: Any) -> None:
    """Close what is open; Celery would go on with its closed pools otherwise, in every later test of the process."""
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def database_url() -> str:
    """The address of the test database this process is connected to."""
    return url_of(connection.settings_dict)


class Worker:
    """One ``celery worker`` process in a session of its own, on the test database and broker.

    Keyword arguments of `start` are environment variables, so a test may choose short times:
    ``start(SWEEP_SECONDS=1, EMAIL_URL=sink.url)``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The one started last."""
        return self.processes[-1]

    @property
    def log(self) -> str:
        """The output of the workers of this test."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("worker-*.log")))

    def start(self, *, beat: bool = False, pool: str = "threads", concurrency: int = 2, **environment: Any) -> None:
        """Start one and wait until it takes work."""
        number = len(self.processes) + 1
        log = self.folder / f"worker-{number}.log"
        command = [
            sys.executable, "-m", "celery", "-A", "psrt_portal", "worker", "-P", pool, "-c", str(concurrency),
            "-l", "info", "-n", f"tests-{os.getpid()}-{number}@localhost", "--without-mingle", "--without-gossip",
            *(["-B", "-s", str(self.folder / f"beat-{number}")] if beat else []),
        ]  # fmt: skip
        with log.open("wb") as output:
            self.processes.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env={**os.environ, **self._environment(environment)},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=end_with_parent,  # noqa: PLW1509
                )
            )
        end = time.monotonic() + START_SECONDS
        while " ready." not in log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the worker did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def _environment(self, overrides: dict[str, Any]) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            **{name: str(value) for name, value in overrides.items()},
        }

    def kill(self) -> None:
        """Kill the whole worker at once without a stop, as for lack of memory."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """A normal stop: one SIGTERM to the main process, force after a grace time."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def empty_broker() -> None:
    """Forget the hints that earlier tests left."""
    with celery_app.connection_for_write() as broker:
        celery_app.amqp.queues[celery_app.conf.task_default_queue](broker.default_channel).purge()
