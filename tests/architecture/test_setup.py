"""`make` prepares .venv on any machine: with an old or a missing Python, after a failure, on any day."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

from deploy import venv
from tests.architecture.source import ROOT
from tests.index import Index, Release, serving

#: A plug-in asks for a tool with an extra, as pytest-cov asks for coverage[toml]. pip's resolver does not find the
#: extra in the pin, looks into the index, prefers the newer release, and ends because that has no hash in the pins.
APP = Release("app", "1.0")
TOOL = Release("tool", "1.0", extras=("toml",))
PLUGIN = Release("plugin", "1.0", requires=("tool[toml]>=1.0",))
NEWER = [Release("app", "1.1"), Release("tool", "1.1", extras=("toml",)), Release("plugin", "2.0", requires=("tool",))]
RUN = APP.pin()
DEV = APP.pin() + PLUGIN.pin() + TOOL.pin()
INSTALLED = {"app": "1.0", "plugin": "1.0", "tool": "1.0"}
BASE_PYTHON: str = getattr(sys, "_base_executable", sys.executable)
#: Seconds for one set-up, most of which is Python installing its pip.
PATIENCE = 120


@dataclass
class Machine:
    """A checkout, in a folder with spaces, on a machine that has Python, a shell, two of its tools and an index."""

    checkout: Path
    programs: Path
    index: Index

    @property
    def venv(self) -> Path:
        return self.checkout / ".venv"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.programs),
            "HOME": str(self.checkout.parent),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_INDEX_URL": self.index.url,
        }

    def program(self, name: str, script: str) -> None:
        """Put a shell script on the path."""
        path = self.programs / name
        path.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def python(self, name: str = "python3") -> Path:
        """Put the Python of these tests on the path."""
        path = self.programs / name
        path.symlink_to(BASE_PYTHON)
        return path

    def start(self, **files: str) -> subprocess.Popen[str]:
        """Write requirements files and start a set-up of them, with its own group of processes."""
        for name, text in files.items():
            (self.checkout / "requirements" / f"{name}.txt").write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [self.programs / "sh", "deploy/venv.sh", *(f"requirements/{name}.txt" for name in files)],
            cwd=self.checkout,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def set_up(self, **files: str) -> subprocess.CompletedProcess[str]:
        """Run a set-up to its end."""
        process = self.start(**files)
        out, err = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def installed(self) -> dict[str, str]:
        """Return the version of every package in .venv but those that Python brings along."""
        folders = [str(path) for path in self.venv.glob("lib/python*/site-packages")]
        packages = {found.name: found.version for found in metadata.distributions(path=folders)}
        return {name: version for name, version in packages.items() if name not in {"pip", "setuptools"}}


@pytest.fixture
def index() -> Iterator[Index]:
    with serving([APP, TOOL, PLUGIN, *NEWER]) as index:
        yield index


def machine_in(folder: Path, index: Index) -> Machine:
    """A machine that has no Python yet."""
    machine = Machine(folder / "a check out", folder / "bin", index)
    (machine.checkout / "requirements").mkdir(parents=True)
    (machine.checkout / "deploy").mkdir()
    machine.programs.mkdir()
    for name in ("pins.sh", "python.sh", "tool.sh", "venv.sh", "venv.py"):
        shutil.copy(ROOT / "deploy" / name, machine.checkout / "deploy")
    for tool in ("sh", "dirname"):
        (machine.programs / tool).symlink_to(str(shutil.which(tool)))
    return machine


@pytest.fixture
def bare_machine(tmp_path: Path, index: Index) -> Machine:
    """A machine that has no Python yet."""
    return machine_in(tmp_path, index)


@pytest.fixture
def machine(bare_machine: Machine) -> Machine:
    """A machine that has Python."""
    bare_machine.python()
    return bare_machine


@pytest.fixture(scope="module")
def machine_without_its_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a .venv whose Python was moved away; the first to need it sets it up, with no packages."""
    with serving([]) as index:
        machine = machine_in(tmp_path_factory.mktemp("machine"), index)
        subprocess.run([machine.python(), "-m", "venv", "--without-pip", machine.venv], check=True)
        (machine.venv / "leftover").touch()
        (machine.programs / "python3").unlink()
        machine.python("python")
        yield machine


@pytest.fixture(scope="module")
def mended(machine_without_its_python: Machine) -> subprocess.CompletedProcess[str]:
    """Its set-up, done once: to have pip installed takes 3.6 CPU seconds, to copy what is there then 0.2."""
    return machine_without_its_python.set_up(run="")


@pytest.fixture
def ready_machine(
    machine: Machine, machine_without_its_python: Machine, mended: subprocess.CompletedProcess[str]
) -> Machine:
    """A machine where somebody has made .venv by hand: with pip alone, and nothing that says how it was made."""
    assert mended.returncode == 0, mended.stderr
    shutil.copytree(machine_without_its_python.venv, machine.venv, symlinks=True)
    (machine.venv / ".set-up.json").unlink()
    return machine


# -- which Python ------------------------------------------------------------------------------------------


def test_a_machine_without_python_is_told_in_a_sentence(bare_machine: Machine) -> None:
    done = bare_machine.set_up(run=RUN)
    assert done.returncode == 1
    assert "The portal needs Python 3.11 or newer" in done.stderr


def test_pythons_that_fail_or_are_too_old_are_skipped(bare_machine: Machine) -> None:
    """Version managers put a ``python3.13`` on the path that only prints an error."""
    calls = bare_machine.checkout / "calls"
    answers = {"python3.13": "exit 127", "python3.12": "exit 1", "python3": f'echo "$0 $*" >>"{calls}"'}
    for name, answer in answers.items():
        bare_machine.program(name, answer)
    bare_machine.set_up(run=RUN)
    assert calls.read_text(encoding="utf-8").splitlines()[-1] == (
        f"{bare_machine.programs}/python3 -I deploy/venv.py requirements/run.txt"
    )


def test_a_venv_is_made_anew_when_its_python_was_moved_away(
    machine_without_its_python: Machine, mended: subprocess.CompletedProcess[str]
) -> None:
    assert (mended.returncode, mended.stderr) == (0, "")
    assert "The Python of .venv is gone or broken." in mended.stdout
    assert not (machine_without_its_python.venv / "leftover").exists()


# -- what is installed -------------------------------------------------------------------------------------


def test_set_up_installs_the_pins_once_whatever_newer_releases_there_are(ready_machine: Machine) -> None:
    first = ready_machine.set_up(run=RUN)
    assert (first.returncode, first.stderr, ready_machine.installed()) == (0, "", {"app": "1.0"})
    both = ready_machine.set_up(run=RUN, dev=DEV)
    assert (both.returncode, both.stderr, ready_machine.installed()) == (0, "", INSTALLED)
    again = ready_machine.set_up(run=RUN)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert sorted(ready_machine.index.downloads) == sorted(release.filename for release in (APP, PLUGIN, TOOL))


def test_a_venv_is_made_anew_when_its_python_has_another_version(
    ready_machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade of the system: the packages lie in a folder that the new Python does not read."""
    monkeypatch.chdir(ready_machine.checkout)
    state = venv.State(python=venv.identity()).write()
    assert venv.reason_to_rebuild(venv.State.read()) == ""
    version = ".".join(map(str, sys.version_info[:3]))
    assert state.python.startswith(f"{version} ")
    venv.State(python=state.python.replace(version, "3.10.13")).write()
    assert "made for another Python" in venv.reason_to_rebuild(venv.State.read())


def test_what_a_linked_venv_leads_to_is_left_alone(machine: Machine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    machine.venv.symlink_to(elsewhere)
    done = machine.set_up(run=RUN)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        f".venv is a link to {elsewhere}, which is left as it is. Remove the link first.",
    )
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]


def test_an_installation_that_was_killed_is_begun_again(ready_machine: Machine) -> None:
    ready_machine.index.open.clear()
    process = ready_machine.start(dev=DEV)
    assert ready_machine.index.asked.wait(timeout=PATIENCE)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    ready_machine.index.open.set()
    done = ready_machine.set_up(dev=DEV)
    assert (done.returncode, done.stderr) == (0, "")
    assert "An installation into .venv was interrupted. Making it anew.\n" in done.stdout
    assert ready_machine.installed() == INSTALLED


def test_an_installation_that_failed_halfway_is_begun_again(ready_machine: Machine) -> None:
    """Without what is left of it, which would look installed to pip; the new pins do not fit together either."""
    clash = Release("clash", "1.0", module=APP.name)  # a file where the other package has a folder
    ready_machine.index.releases.append(clash)
    assert ready_machine.set_up(run=RUN + clash.pin()).returncode == 1
    assert (ready_machine.venv / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/app").exists()
    done = ready_machine.set_up(run=PLUGIN.pin())
    assert "interrupted" in done.stdout
    assert ready_machine.installed() == {"plugin": "1.0"}
    assert done.returncode == 1
    assert "plugin 1.0 requires tool, which is not installed." in done.stderr
    assert "make pins" in done.stderr


def test_a_download_that_fails_leaves_what_works(ready_machine: Machine) -> None:
    ready_machine.set_up(run=RUN)
    source = Release("source", "1.0", is_source=True)
    ready_machine.index.releases.append(source)
    with_the_hash_of_another = TOOL.pin()[:-65] + APP.pin()[-65:]
    for pins in (RUN + source.pin(), RUN + with_the_hash_of_another, "tool==1.0\n"):
        done = ready_machine.set_up(run=pins)
        assert done.returncode == 1
        assert "pip could not install requirements/run.txt into .venv" in done.stderr
        assert ready_machine.installed() == {"app": "1.0"}
    again = ready_machine.set_up(run=RUN)
    assert (again.returncode, again.stdout) == (0, "")


def test_a_package_of_earlier_pins_that_no_longer_fits_goes(ready_machine: Machine) -> None:
    old = Release("old", "1.0", requires=("app<1.1",))
    ready_machine.index.releases.append(old)
    assert ready_machine.set_up(run=RUN + old.pin()).returncode == 0
    newer = NEWER[0]
    done = ready_machine.set_up(run=newer.pin())
    assert done.returncode == 0
    assert ready_machine.installed() == {"app": newer.version}
    refused = ready_machine.set_up(run=PLUGIN.pin())  # these do not fit in a new one either
    assert ".venv holds packages that do not fit together. Making it anew.\n" in refused.stdout
    assert refused.returncode == 1
    assert "plugin 1.0 requires tool, which is not installed." in refused.stderr


def test_two_set_ups_at_once_take_turns(ready_machine: Machine) -> None:
    ready_machine.index.open.clear()
    first = ready_machine.start(run=RUN)
    assert ready_machine.index.asked.wait(timeout=PATIENCE)
    second = ready_machine.start(run=RUN)
    assert second.stdout is not None
    assert second.stdout.readline() == "Waiting for another set-up of this checkout.\n"
    ready_machine.index.open.set()
    results = [process.communicate(timeout=PATIENCE)[1] for process in (first, second)]
    assert ([first.returncode, second.returncode], results) == ([0, 0], ["", ""])
    assert ready_machine.index.downloads == [APP.filename]


def test_a_file_that_cannot_be_read_is_named(machine: Machine) -> None:
    (machine.checkout / "requirements/run.txt").mkdir()
    done = subprocess.run(
        [machine.programs / "sh", "deploy/venv.sh", "requirements/run.txt"],
        cwd=machine.checkout,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "requirements/run.txt cannot be read: Is a directory.\n")
    assert not machine.venv.exists()


# -- make pins ---------------------------------------------------------------------------------------------


def test_pins_are_compiled_where_set_up_fails(machine: Machine) -> None:
    """With the newest uv, which writes down here what it is asked to compile."""
    calls = machine.checkout / "calls"
    script = f'#!{shutil.which("sh")}\necho "$*" >>"{calls}"\n'
    machine.index.releases += [Release("uv", version, program=script) for version in ("0.12.0", "0.13.9")]
    shutil.copy(ROOT / "pyproject.toml", machine.checkout)
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "bin/python").symlink_to("/python/that/was/removed")
    for packages in ((), ("app", "tool")):
        command = [machine.programs / "sh", "deploy/pins.sh", *packages]
        subprocess.run(command, cwd=machine.checkout, env=machine.environment, check=True, capture_output=True)
    compiled = [line.split() for line in calls.read_text(encoding="utf-8").splitlines()]
    files = ["requirements/run.txt", "requirements/embedded.txt", "requirements/dev.txt"]
    assert [call[-1] for call in compiled] == files * 2
    for call in compiled:
        assert {"--universal", "--generate-hashes", "--no-strip-extras", "--no-header", "--output-file"} < set(call)
    assert ["--upgrade" in call for call in compiled] == [True] * 3 + [False] * 3
    moved = [re.findall(r"--upgrade-package (\w+)", " ".join(call)) for call in compiled]
    assert moved == [[]] * 3 + [["app", "tool"]] * 3
    assert machine.index.downloads == ["uv-0.13.9-py3-none-any.whl"]
