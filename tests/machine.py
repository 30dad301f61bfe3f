"""The machine that tests run on: its cores and its processes, on Linux and on a Mac."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest


@dataclass(frozen=True)
class Process:
    """A running process of anybody's whom this user may look at."""

    pid: int
    command: str
    """With its arguments, a space after each."""
    environment: str
    """The variables in any order, apart from each other; on a Mac after the command, empty if it may not be read."""


def cores() -> int:
    """Return how many cores this process may use; macOS gives a process no cores of its own, so all of them."""
    ours = getattr(os, "sched_getaffinity", None)
    return len(ours(0)) if ours else os.cpu_count() or 1


def skip_without(program: str) -> NoReturn:
    """Skip a test that needs a program which this machine does not have; in CI nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"no {program} on this machine, and in CI nothing may be missing")
    pytest.skip(f"no {program} on this machine")


def processes() -> list[Process]:
    """Return every process whose command can be read, in order of its number."""
    found = _from_proc() if Path("/proc/self/cmdline").exists() else _from_ps()
    return sorted(found, key=lambda process: process.pid)


def _from_proc() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        yield Process(int(folder.name), _text(command, " "), _text(environment, "\n"))


def _text(data: bytes, separator: str) -> str:
    return data.decode(errors="replace").replace("\0", separator)


def _from_ps() -> Iterator[Process]:
    """Ask twice, because -E writes the variables behind the command without a mark between them."""
    commands, whole = _asked("-axww"), _asked("-axEww")
    for pid, command in commands.items():
        yield Process(pid, f"{command} ", whole.get(pid, ""))


def _asked(options: str) -> dict[int, str]:
    asked = subprocess.run(
        ["ps", options, "-o", "pid=,command="], capture_output=True, text=True, errors="replace", check=True
    )
    rows = (line.strip().partition(" ") for line in asked.stdout.splitlines())
    return {int(pid): command.strip() for pid, _, command in rows}
