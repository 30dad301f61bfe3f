"""A server process with a folder of its own: started, waited for, stopped by its process id."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

#: Seconds a server may take to answer, on a machine that is busy with other things.
START_SECONDS = 60
#: Seconds a server may take to stop politely.
STOP_SECONDS = 5
#: A log above this size is set aside when the server starts; one earlier log is kept.
LOG_BYTES = 5_000_000


class ServerError(RuntimeError):
    """A server is missing or did not start; the message is a sentence for people."""


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Let Linux send `number` to this process when its parent dies, even by SIGKILL.

    For a child between fork and exec. It does nothing elsewhere, where the supervisor does it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, number)  # PR_SET_PDEATHSIG


class Server:
    """A process in a session of its own, whose output goes to a file in its folder."""

    name: str
    stop_signal = signal.SIGTERM
    #: Sent when the first signal did not help, before SIGKILL.
    last_signal = signal.SIGKILL

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder = folder
        self.sockets = sockets
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file that the server's output goes to."""
        return self.folder / f"{self.name}.log"

    @property
    def has_ended(self) -> bool:
        """Whether the process was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """Start and wait until it answers; raises ServerError."""
        raise NotImplementedError

    def _spawn(self, command: list[str], enter: Callable[[], None] | None = None) -> None:
        """Run `command`; `enter` is called in the child before it."""

        def prepare() -> None:
            if enter is not None:
                enter()
            end_with_parent(self.stop_signal)  # last: a change of user takes it back

        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        self._log = self.log.open("ab")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509 - the processes that start servers have one thread
        )

    def _wait(self, answers: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not answers():
            if self.process is None or self.has_ended or time.monotonic() > end:
                self.stop()
                raise ServerError(f"{self.name} did not start. The end of {self.log} says why:\n{self.last_lines()}")
            time.sleep(0.02)

    def last_lines(self) -> str:
        """Return the end of the log."""
        try:
            return self.log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
        except OSError:
            return ""

    def stop(self) -> None:
        """End the process: politely, then by force. Does nothing when it has ended."""
        if self.process is not None:
            for number in (self.stop_signal, self.last_signal, signal.SIGKILL):
                if self.process.poll() is None:
                    self.process.send_signal(number)
                try:
                    self.process.wait(STOP_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None


def command_of(process: int) -> str:
    """Return the command line of a process; empty when there is no such process."""
    if sys.platform == "linux":
        try:
            return (Path("/proc") / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    asked = subprocess.run(["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return asked.stdout.strip()
