"""The whole portal in a folder: servers, web, worker and schedule as systemd would run them, and a mail server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests import servers
from tests.bench.chaos.sink import ChaosSink
from tests.services.production import GUNICORN, HOST, START_SECONDS, Portal, family

#: As in the units of deploy/systemd: what has ended is started again, after a pause.
PARTS = {
    "web": GUNICORN,
    "worker": ["deploy.watch", "worker", "--concurrency", "2", "--loglevel", "info"],
    "beat": ["deploy.watch", "beat", "--pidfile", "", "--loglevel", "info"],
}
RESTART_SECONDS = 5.0
#: Megabytes of the database's disk, where it has one of its own; a fresh cluster with its log takes half of it.
DISK = 320
TOKEN = "only-for-chaos-" * 4


@dataclass
class Part:
    """A part of the portal that is started again whenever it ends."""

    name: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]


class House(Portal):
    """A portal in production's shape; with `disk` its database lies on a small disk of its own."""

    def __init__(self, folder: Path, *, disk: bool) -> None:
        self.disk = folder / "database"
        self.disk.mkdir()
        if disk:
            options = ["-t", "tmpfs", "-o", f"size={DISK}m,mode=0755"]
            subprocess.run(["mount", *options, "chaos", str(self.disk)], check=False)
        self.has_disk = os.path.ismount(self.disk)
        self.broker = servers.valkey(folder)
        self.sink = ChaosSink()
        self.parts: dict[str, Part] = {}
        self.vote, self.voters = "", [""]
        self._closing = threading.Event()
        self._supervisor: threading.Thread | None = None
        super().__init__(
            folder,
            servers.postgresql(self.disk, durable=True),
            REDIS_URL=self.broker.url,
            EMAIL_URL=self.sink.url,
            METRICS_TOKEN=TOKEN,
            SWEEP_SECONDS="2",
            # A minute and two in production: recovery from a lost worker would be longer than everything else.
            NOTICE_RETRY_SECONDS="1",
            NOTICE_LEASE_SECONDS="30",
        )

    # -- starting and stopping -----------------------------------------------------------------------------

    def build(self) -> None:
        """Start everything and wait until it answers."""
        self.broker.start()
        self.sink.up()
        self.install()
        self.sign_in()
        started = threading.Event()
        # Linux ends a process with the thread that has started it, so one thread starts them all.
        self._supervisor = threading.Thread(target=self._supervise, args=(started,), daemon=True)
        self._supervisor.start()
        started.wait()
        self.wait_until_ready()
        for name, text in (("worker", " ready"), ("beat", "beat: Starting")):
            self.wait_for_log(name, text)

    def sign_in(self) -> None:
        """Give Mel and every voter a session that has shown a second factor just now."""
        said = json.loads(self.as_tests("-m", "tests.bench.chaos.people"))
        self.vote, self.cookies = said["vote"], said["cookies"]
        self.voters = sorted(name for name in self.cookies if name.startswith("Voter"))

    def _supervise(self, started: threading.Event) -> None:
        for name in PARTS:
            self._start_part(name)
        started.set()
        ended: dict[str, float] = {}
        while not self._closing.wait(0.1):
            for name, part in self.parts.items():
                if part.process.poll() is None:
                    ended.pop(name, None)
                elif time.monotonic() - ended.setdefault(name, time.monotonic()) > RESTART_SECONDS:
                    self._start_part(name)

    def _start_part(self, name: str) -> None:
        environment = self.parts[name].environment if name in self.parts else {}
        self.parts[name] = Part(name, self._spawn(name, PARTS[name], **environment), environment)

    def restart_parts(self, **environment: str) -> None:
        """End web, worker and schedule politely, and wait until they run again with `environment` besides their own."""
        for part in self.parts.values():
            part.environment = environment
            part.process.terminate()
        for part in list(self.parts.values()):
            part.process.wait(60)
        end = time.monotonic() + START_SECONDS
        while any(part.process.poll() is not None for part in self.parts.values()) and time.monotonic() < end:
            time.sleep(0.1)
        self.wait_until_ready()

    def stop(self) -> None:
        self._closing.set()
        left = [pid for part in self.parts.values() if part.process.poll() is None for pid in family(part.process.pid)]
        if self._supervisor is not None:
            self._supervisor.join()
        super().stop()
        for pid in left:  # what has a session of its own, of a part that had to be killed
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.broker.stop()
        self.sink.down()
        if self.has_disk:
            subprocess.run(["umount", str(self.disk)], check=False)

    # -- signs of life -----------------------------------------------------------------------------------------

    def sign_of_life(self, part: str) -> float:
        """Return how many seconds ago worker or beat was alive, as /metrics says it; infinite if it does not."""
        http = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Authorization": f"Bearer {TOKEN}"}
            http.request("GET", "/metrics", headers=headers)
            for line in http.getresponse().read().decode().splitlines():
                if line.startswith(f'portal_heartbeat_age_seconds{{part="{part}"}}'):
                    return float(line.split()[1])
        except (OSError, HTTPException):
            pass
        finally:
            http.close()
        return float("inf")
