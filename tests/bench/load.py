"""A gunicorn to measure, and the load to measure it under."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

from psrt_portal.embedded.server import end_with_parent
from tests.servers import free_port

ROOT = Path(__file__).parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 8
START_SECONDS = 60


class Web:
    """gunicorn as `deploy/gunicorn.py` sets it up, with `environment`, on a port of its own."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", "--max-requests", "0",
            "--bind", f"127.0.0.1:{self.port}", application,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **environment},
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - runs before any thread exists
        )

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def wait_for(self, path: str, headers: dict[str, str]) -> None:
        """Until `path` is answered without an error; raises RuntimeError if it never is."""
        end = time.monotonic() + START_SECONDS
        status = 0
        while time.monotonic() < end:
            try:
                status = self.get(path, headers)
            except OSError:
                time.sleep(0.1)
                continue
            if status < 400:
                return
            break
        raise RuntimeError(f"{path} was answered {status or 'not at all'}")

    def get(self, path: str, headers: dict[str, str]) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def cpu_seconds(self) -> float:
        """User and system time of the workers so far, from the kernel's account."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in children]
        return sum(int(one[11]) + int(one[12]) for one in fields) / TICK

    def slice(self, path: str, headers: dict[str, str], wanted: int, seconds: float) -> Slice:
        """Ask for `path` over a few kept connections for some seconds; every answer must be `wanted`."""
        counts = [0] * CONNECTIONS
        faults: list[int] = []
        began = time.monotonic()

        def ask(number: int) -> None:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            while time.monotonic() - began < seconds and not faults:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != wanted:
                    faults.append(answer.status)
                counts[number] += 1
            connection.close()

        before = self.cpu_seconds()
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise RuntimeError(f"{path} was answered {faults[0]} and not {wanted}")
        return Slice(sum(counts), self.cpu_seconds() - before, time.monotonic() - began)


class Slice:
    """The cost of a few seconds of load."""

    def __init__(self, requests: int, cpu_seconds: float, seconds: float) -> None:
        self.cpu_microseconds = cpu_seconds / requests * 1_000_000
        self.requests_per_second = requests / seconds
