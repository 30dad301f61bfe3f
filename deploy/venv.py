"""Install what requirements files pin into .venv, exactly and completely.

Run by deploy/venv.sh, before anything is installed: standard library only. Pins are complete, so pip's resolver is
switched off: with it on, pip refuses pins as soon as the index has a newer release of something that a pin asks for
with an extra. ``pip check`` says afterwards whether everything fits together.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
STATE = VENV / ".set-up.json"
#: The Dockerfile installs with the same three promises.
EXACTLY = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
#: Version, ABI, processor and folder: packages fit a virtual environment only while all four stay as they are.
IDENTITY = """
import platform, sys, sysconfig
print(platform.python_version(), sysconfig.get_config_var("SOABI"), platform.machine(), sys.prefix)
"""


class SetupError(Exception):
    """Set-up cannot go on; the message says why."""


@dataclass(frozen=True)
class State:
    """The content of .venv by its state file; `python` is empty where there is no such file."""

    python: str = ""
    #: SHA-256 of each installed requirements file by its name.
    files: dict[str, str] = field(default_factory=dict)
    #: Whether an installation has begun and not ended. A package that pip was killed over looks installed to pip.
    unfinished: bool = False

    @classmethod
    def read(cls) -> State:
        """Return the saved state, or an empty one."""
        try:
            return cls(**json.loads(STATE.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls()
        except (ValueError, TypeError):
            return cls(unfinished=True)

    def write(self) -> State:
        """Replace the state file in one step and return the state."""
        new = STATE.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)), encoding="utf-8")
        new.replace(STATE)
        return self


def main(files: list[str]) -> int:
    """Install `files` unless .venv holds them already, and return the exit code."""
    try:
        with alone():
            set_up({name: digest(name) for name in files})
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other set-up of this checkout runs; the system frees the lock when a process ends."""
    with Path(__file__).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this checkout.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(name: str) -> str:
    """Return the SHA-256 of a requirements file."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError as error:
        raise SetupError(f"{name} cannot be read: {error.strerror}.") from error


def set_up(wanted: dict[str, str]) -> None:
    """Make .venv hold every file of `wanted` (its digest by its name)."""
    state = State.read()
    reason = reason_to_rebuild(state)
    if reason:
        say(reason)
        state = rebuild()
    stale = {name: content for name, content in wanted.items() if state.files.get(name) != content}
    if not stale:
        return
    misfit = install(state, stale)
    if misfit and not reason:
        # Packages of earlier pins, or added by hand, may be what does not fit.
        say(f"{VENV} holds packages that do not fit together. Making it anew.")
        misfit = install(rebuild(), wanted)
    if misfit:
        raise SetupError(f"{misfit}The pins in {', '.join(wanted)} do not fit together. Compile them with make pins.")


def reason_to_rebuild(state: State) -> str:
    """Return why .venv has to be made anew, as a sentence for people, or nothing."""
    if not VENV.exists():
        return f"Making {VENV} with Python {sys.version.split()[0]}."
    python = identity()
    if not python:
        return f"The Python of {VENV} is gone or broken. Making it anew with Python {sys.version.split()[0]}."
    if state.unfinished:
        return f"An installation into {VENV} was interrupted. Making it anew."
    if state.python not in {"", python}:
        return f"{VENV} was made for another Python, or in another folder. Making it anew."
    return ""


def identity() -> str:
    """Describe the Python of .venv; return nothing when there is none or it does not run."""
    try:
        done = subprocess.run([PYTHON, "-I", "-c", IDENTITY], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def rebuild() -> State:
    """Make .venv anew with the Python underneath this one, and return its state.

    Raises SetupError when that fails, and for a link: what it leads to would be emptied, and others may use it.
    """
    if VENV.is_symlink():
        raise SetupError(f"{VENV} is a link to {VENV.resolve()}, which is left as it is. Remove the link first.")
    # Marked as unfinished before pip comes in: this takes a moment, pip takes seconds.
    make = [getattr(sys, "_base_executable", sys.executable), "-I", "-m", "venv", "--clear", "--without-pip", str(VENV)]
    if subprocess.call(make) != 0:
        raise SetupError(f"{VENV} could not be made.")
    State(unfinished=True).write()
    get_pip()
    return State(python=identity()).write()


def get_pip() -> None:
    """Install the pip that Python carries. Raises SetupError when that fails."""
    done = subprocess.run(
        [PYTHON, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SetupError(f"pip could not be installed into {VENV}:\n{done.stdout}{done.stderr}")


def install(state: State, files: dict[str, str]) -> str:
    """Install `files` into .venv and return what then does not fit together, as pip says it.

    Raises SetupError when pip fails.
    """
    say(f"Installing {', '.join(files)}; the first time takes about a minute.")
    if pip("--version").returncode != 0:  # some tools make virtual environments without it
        get_pip()
    before = packages()
    replace(state, unfinished=True).write()
    requirements = [f"--requirement={name}" for name in files]
    done = pip("install", "--quiet", "--quiet", "--no-input", "--no-compile", *EXACTLY, *requirements)
    if done.returncode != 0:
        if packages() == before:  # a download failed; what was there before still works
            state.write()
        raise SetupError(
            f"{done.stdout}{done.stderr}\npip could not install {', '.join(files)} into {VENV}. "
            f"The pins were for {state.python or identity()}; README.md says which machines they fit."
        )
    check = pip("check")
    if check.returncode != 0:
        return check.stdout + check.stderr
    replace(state, python=identity(), files=state.files | files).write()
    return ""


def pip(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of .venv's pip."""
    return subprocess.run(
        [PYTHON, "-I", "-m", "pip", "--disable-pip-version-check", command, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def packages() -> set[str]:
    """Return the names of everything in site-packages."""
    return {path.name for path in VENV.glob("lib/python*/site-packages/*")}


def say(sentence: str) -> None:
    """Tell the person at the terminal at once what goes on."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
