"""What is made once in a test run, for all of its processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def run_folder() -> Path:
    """Return the folder that the processes of a run share; it goes with the run."""
    return Path(os.environ["TEST_RUN_DIR"])


@contextmanager
def once_in_a_run(name: str) -> Iterator[bool]:
    """Say whether the thing is made already; who is told that it is not makes it, and the others wait.

    A block that fails has made nothing, and the next process tries again.
    """
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = run_folder() / f"{name}.made"
        yield made.exists()
        made.touch()
