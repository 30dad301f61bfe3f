"""`.ci/run` runs every part in order, stops at the first that fails, and prints the seconds of each part."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PARTS = ["Debian packages", "Set-up", "Lint", "make test", "Oldest servers"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the script, a Makefile of empty targets, and programs that do nothing."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci")
    (tmp_path / "Makefile").write_text("setup test lint:\n\t@echo make $@\n", encoding="utf-8")
    for program in (".venv/bin/python", "bin/apt-get", "bin/sudo"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho {path.name} "$TEST_SERVERS $*"\n', encoding="utf-8")
        path.chmod(0o755)
    return tmp_path


def run(checkout: Path) -> tuple[int, list[str], list[str]]:
    """Return the exit code, the parts that were begun, and the names in the table of times."""
    environment = {"PATH": f"{checkout / 'bin'}:{os.environ['PATH']}", "TEST_SERVERS": "mine"}
    done = subprocess.run([checkout / ".ci/run"], env=environment, capture_output=True, text=True, check=False)
    begun = re.findall(r"^== (.+)$", done.stdout, re.MULTILINE)
    table = done.stdout[done.stdout.index("\nPart ") :]
    return done.returncode, begun, re.findall(r"^(.+?) +\d+$", table, re.MULTILINE)


def test_every_part_runs_in_order_and_has_its_time_in_the_table(checkout: Path) -> None:
    assert run(checkout) == (0, PARTS, [*PARTS, "Total"])


def test_the_run_ends_at_a_part_that_fails_and_still_prints_the_times(checkout: Path) -> None:
    (checkout / "Makefile").write_text("setup test:\n\t@true\nlint:\n\t@exit 1\n", encoding="utf-8")
    code, begun, table = run(checkout)
    assert code != 0
    assert (begun, table) == (PARTS[:3], [*PARTS[:3], "Total"])


def test_only_the_last_part_uses_the_oldest_servers(checkout: Path) -> None:
    (checkout / "Makefile").write_text('setup test lint:\n\t@echo "[$$TEST_SERVERS]" >>asked\n', encoding="utf-8")
    (checkout / ".venv/bin/python").write_text('#!/bin/sh\necho "[$TEST_SERVERS] $*" >>asked\n', encoding="utf-8")
    assert run(checkout)[0] == 0
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    assert asked == ["[]"] * 3 + ["[debian] -m pytest -n auto --dist worksteal -m server_versions"]
