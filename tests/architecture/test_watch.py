"""A worker or beat that is stuck is ended, so that it is started again (deploy/watch.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.watch import STUCK, is_alone
from tests.architecture.source import ROOT
from tests.waiting import PATIENCE

STUBBORN = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(60)"


def watch(program: str, works: str, **more: float) -> subprocess.Popen[str]:
    """Watch a program in a process of its own, with short times."""
    code = (
        "import sys; from itertools import cycle; from deploy.watch import Watch; looks = cycle([0, 0, 1]); "
        f"sys.exit(Watch([sys.executable, '-c', sys.argv[1]], lambda: {works}, "
        f"**{ ({'first': 0.2, 'every': 0.1, 'grace': 0.3} | more)!r}).run())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", STUBBORN], ids=["polite", "stubborn"])
def test_what_is_stuck_is_ended_to_be_started_again(program: str) -> None:
    watching = watch(program, "False")
    _, error = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == STUCK
    assert error == "deploy.watch: No sign of life at 3 looks, 0.1 seconds apart: ending it, to be started again.\n"


def test_one_look_that_fails_is_not_a_hang() -> None:
    watching = watch("import time; time.sleep(2)", "next(looks)")
    _, error = watching.communicate(timeout=PATIENCE)
    assert (watching.returncode, error) == (0, "")


@pytest.mark.parametrize("code", [0, 3])
def test_what_ends_by_itself_gives_its_exit_code(code: int) -> None:
    watching = watch(f"import sys; sys.exit({code})", "True")
    _, error = watching.communicate(timeout=PATIENCE)
    assert (watching.returncode, error) == (code, "")


def test_a_signal_reaches_what_is_watched_and_a_slow_stop_is_no_hang() -> None:
    program = (
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (print('told', flush=True), time.sleep(1.5), sys.exit(0)))\n"
        "print('up', flush=True)\ntime.sleep(60)"
    )
    watching = watch(program, "False", first=2)
    assert watching.stdout is not None
    assert watching.stdout.readline() == "up\n"
    watching.terminate()
    out, error = watching.communicate(timeout=PATIENCE)
    assert (watching.returncode, out, error) == (0, "told\n", "")


def test_a_second_beat_on_one_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    assert is_alone(tmp_path / "beat.lock") is True
    (tmp_path / "portal.env").write_text(f"VAR_DIR={tmp_path}\n", encoding="utf-8")
    second = subprocess.run(
        [sys.executable, "-m", "deploy.watch", "beat"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / "portal.env")},
    )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr.startswith("deploy.watch: Another beat runs on this VAR_DIR")


def test_the_lock_of_a_beat_ends_with_its_process(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from deploy.watch import is_alone; print(is_alone(Path(sys.argv[1])))"
    for _ in range(2):
        command = [sys.executable, "-c", code, str(tmp_path / "beat.lock")]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "True\n"
