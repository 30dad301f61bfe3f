"""What `make` does before Python runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A checkout on a machine that has a shell and a few of its tools."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "deploy/venv.sh", tmp_path / "deploy")
    (tmp_path / "requirements.txt").touch()
    for tool in ("sh", "cat", "dirname", "basename", "cksum"):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def set_up(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(machine / "bin/sh"), "deploy/venv.sh", "requirements.txt"],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_without_python_is_told_in_a_sentence(bare_machine: Path) -> None:
    done = set_up(bare_machine)
    assert done.returncode == 1
    assert "The portal needs Python 3.11 or newer" in done.stderr


def test_stand_ins_and_old_pythons_are_passed_by(bare_machine: Path) -> None:
    """Version managers put a ``python3.13`` on the path that only prints an error."""
    said = bare_machine / "said"
    for name, answer in (("python3.13", "exit 127"), ("python3.12", "exit 1"), ("python3", f'echo "$0 $*" >>{said}')):
        program = bare_machine / "bin" / name
        program.write_text(f"#!{shutil.which('sh')}\n{answer}\n", encoding="utf-8")
        program.chmod(0o755)
    set_up(bare_machine)
    assert said.read_text(encoding="utf-8").splitlines()[-1].endswith("/python3 -m venv .venv")


def test_what_is_installed_already_is_not_installed_again(bare_machine: Path) -> None:
    python = bare_machine / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!{shutil.which("sh")}\necho "$*" >>{bare_machine}/said\n', encoding="utf-8")
    python.chmod(0o755)
    for content in ("", "", "changed"):
        (bare_machine / "requirements.txt").write_text(content, encoding="utf-8")
        assert set_up(bare_machine).returncode == 0
    installs = [line for line in (bare_machine / "said").read_text(encoding="utf-8").splitlines() if "install" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
