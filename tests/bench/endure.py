"""Test the endurance of `manage.py run`: write notices from six processes for half an hour, kill it, start it again.

    .venv/bin/python -m tests.bench.endure --minutes 30 --notices 20000

Nothing may die and nothing be lost: each notice is one mail to its reader, kill -9 of the command leaves no
process within ten seconds, and the next run has every row. Prints what it found; exit code 1 if something failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django
from rich.console import Console

from tests.machine import processes
from tests.mail import SmtpSink
from tests.servers import free_port

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 6
#: Seconds for the mails that still wait when the writers have ended.
PATIENCE = 600
KILL_SECONDS = 10
START_SECONDS = 180
console = Console(highlight=False)


class EndureError(RuntimeError):
    """Something died or was lost; the message says what."""


class Portal:
    """One `manage.py run` after the other on the same folder."""

    def __init__(self, folder: Path, mail: str) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.environment = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DEPLOYMENT": "development",
            "SECRET_KEY": "only-for-the-bench-" * 4,
            "VAR_DIR": str(folder / "var"),
            "PORT": str(free_port()),
            "EMAIL_URL": mail,
            "SWEEP_SECONDS": "5",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        before = self._said().count("Ctrl-C stops it")
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "manage.py", "run", "--no-demo"],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        wait("the portal to start", lambda: self._said().count("Ctrl-C stops it") > before, START_SECONDS, self.check)

    def check(self) -> None:
        """Raise EndureError if it has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise EndureError(f"the portal ended with code {self.process.returncode}:\n{self._said()[-2000:]}")

    def kill(self) -> float:
        """Kill -9 the command alone; return the seconds until nothing of it was left."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process, began = None, time.monotonic()
        wait("every process to end", lambda: not self.left(), KILL_SECONDS)
        return time.monotonic() - began

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def left(self) -> list[str]:
        """Commands of processes that have this folder in their environment or their command."""
        mark = str(self.folder)
        return [
            process.command.strip()
            for process in processes()
            if process.pid != os.getpid()
            and (mark in process.command or mark in process.environment)
            and "tests.bench.endure" not in process.command
        ]

    def _said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""


def wait(what: str, holds: Callable[[], bool], seconds: float, check: Callable[[], None] | None = None) -> None:
    """Raise EndureError unless it holds within `seconds`; `check` may raise earlier."""
    end = time.monotonic() + seconds
    while not holds():
        if check is not None:
            check()
        if time.monotonic() > end:
            raise EndureError(f"waited {seconds:.0f} seconds for {what}")
        time.sleep(0.1)


def address(process: int, number: int) -> str:
    """To whom the notice of this number goes."""
    return f"reader-{process}-{number}@example.org"


def write(process: int, notices: int, seconds: float) -> None:
    """In a process of its own: commit `notices` invitations, evenly over `seconds`."""
    django.setup()
    factories, workflow = import_module("tests.factories"), import_module("members.accounts.workflow")
    began = time.monotonic()
    for number in range(notices):
        person = factories.make_person(f"Reader {process}-{number}", github="")
        workflow.invite(person, email=address(process, number), by=None)
        time.sleep(max(0.0, began + seconds * (number + 1) / notices - time.monotonic()))


def endure(portal: Portal, sink: SmtpSink, each: int, seconds: float) -> None:
    """Write, watch, count, kill, and count again; raises EndureError."""
    portal.start()
    command = [sys.executable, "-m", "tests.bench.endure", "--each", str(each), "--minutes", str(seconds / 60)]
    environment = {**portal.environment, "DJANGO_SETTINGS_MODULE": "psrt_portal.settings"}
    writers = [
        subprocess.Popen([*command, "--writer", str(number)], cwd=ROOT, env=environment) for number in range(PROCESSES)
    ]
    began = time.monotonic()
    try:
        wait("the writers", lambda: all(one.poll() is not None for one in writers), seconds * 2 + 120, portal.check)
    finally:
        for one in writers:
            one.kill()
            one.wait()
    if any(one.returncode for one in writers):
        raise EndureError(f"a writer failed: {[one.returncode for one in writers]}")
    console.print(f"{PROCESSES * each} notices in {time.monotonic() - began:.0f} s, {len(sink.received)} mails so far")
    expected = {address(process, number) for process in range(PROCESSES) for number in range(each)}
    wait("the last mails", lambda: len(sink.received) >= len(expected), PATIENCE, portal.check)
    copies = Counter(one.recipients[0] for one in list(sink.received))
    if set(copies) != expected:
        raise EndureError(f"{len(expected - set(copies))} mails were lost")
    console.print(f"every reader has their mail; {sum(copies.values()) - len(expected)} were sent twice")
    before = rows(portal)
    console.print(f"kill -9: nothing left after {portal.kill():.1f} s")
    portal.start()
    if rows(portal) != before:
        raise EndureError(f"rows were lost: {before} before the kill, {rows(portal)} after")
    console.print(f"the next run has {before}")


def rows(portal: Portal) -> str:
    """Return the result of the audit log's own check."""
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--notices", type=int, default=20_000, help="by all processes together")
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--each", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer is not None:
        write(options.writer, options.each, options.minutes * 60)
        return 0
    sink = SmtpSink()
    sink.up()
    with tempfile.TemporaryDirectory(prefix="psrt-endure-") as name:
        portal = Portal(Path(name), sink.url)
        try:
            endure(portal, sink, -(-options.notices // PROCESSES), options.minutes * 60)
        except EndureError as error:
            console.print(f"FAILED: {error}")
            return 1
        finally:
            portal.stop()
            sink.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
