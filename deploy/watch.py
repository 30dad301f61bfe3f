"""Run a worker or a beat of Celery, and end it when it is stuck, so that what started it starts it again.

Docker and systemd restart a process that has ended, not one that hangs. ``python -m deploy.watch beat --loglevel info``
runs ``celery beat --loglevel info`` and asks `deploy.health` whether it works. A restart loses nothing, also when only
the broker was away: rows in the database say what is due.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy import health

#: Seconds between two looks.
EVERY = 60
#: Seconds until the first look: a start imports everything, and beat writes its file after three minutes.
FIRST = {"worker": 120, "beat": health.BEAT_SECONDS}
#: Looks in a row that must fail. With fewer a pause of the machine would be taken for a hang.
FAILURES = 3
#: Seconds between the polite signal and the one that cannot be refused; no task takes longer (CELERY_TASK_TIME_LIMIT).
GRACE = 115
#: The exit code after a hang (EX_SOFTWARE), so that systemd and Docker see a failure.
STUCK = 70


@dataclass
class Watch:
    """A command, and the question whether it works."""

    command: Sequence[str]
    works: Callable[[], bool]
    first: float
    every: float = EVERY
    failures: int = FAILURES
    grace: float = GRACE
    #: The signals that came before or while the command ran.
    received: list[int] = field(default_factory=list)

    def run(self) -> int:
        """Run the command to its end, hand signals on to it, and return its exit code, or `STUCK`."""
        process: subprocess.Popen[bytes] | None = None

        def hand_on(number: int, _frame: object) -> None:
            self.received.append(number)
            if process is not None:
                process.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, hand_on)
        process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own command
        for early in self.received:
            process.send_signal(early)
        return self._watch(process)

    def _watch(self, process: subprocess.Popen[bytes]) -> int:
        failed, wait = 0, self.first
        while failed < self.failures:
            try:
                code = process.wait(wait)
            except subprocess.TimeoutExpired:
                wait = self.every
                # One that was told to stop answers nothing any more, and has whatever time its supervisor gives it.
                failed = 0 if self.received or self.works() else failed + 1
            else:
                return code if code >= 0 else 128 - code
        say(f"No sign of life at {failed} looks, {self.every:g} seconds apart: ending it, to be started again.")
        process.terminate()
        try:
            process.wait(self.grace)
        except subprocess.TimeoutExpired:
            health.kill_session(process.pid)
            process.wait()
        return STUCK


def say(sentence: str) -> None:
    """Write a line to the log at once."""
    sys.stderr.write(f"deploy.watch: {sentence}\n")
    sys.stderr.flush()


def is_alone(lock: Path) -> bool:
    """Take a lock for as long as this process lives; return whether nobody else has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    # Never closed: the lock would end with it.
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main(part: str, options: Sequence[str]) -> int:
    """Run one part of the portal; `options` are Celery's."""
    health.load_settings()
    if part == "beat" and not is_alone(health.data_folder() / "beat.lock"):
        say("Another beat runs on this VAR_DIR, and two would send every due task twice: end that one first.")
        return 1
    command = [sys.executable, "-m", "celery", "-A", "psrt_portal", "--quiet", part, *options]
    return Watch(command, health.CHECKS[part], FIRST[part]).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
