"""Run every mutant against the tests of its app and print the survivors: ``make mutation``.

One PostgreSQL is started and migrated for the whole run. Each mutant gets a forked process that imports the mutated
code in place of the file's, so the working tree is never changed. Results are kept in ``var/mutation``: a run that was
interrupted goes on, killed mutants are not run again while their file is the same, survivors not while the tests are.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from coverage import CoverageData

from tests import environment
from tests.mutation.operators import Mutant, mutants

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "mutation"
#: The modules and packages that decide something: for whom, what is written, what is read and shown.
DECIDING = {"policy", "workflow", "queries", "pages", "audiences"}
APPS = ("members", "nominations", "advisories", "notifications", "psrt_portal", "audit", "web")
OPTIONS = ["-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not lint and not browser and not services"]
#: A mutant may run so many times as long as all tests of its app, and seconds beyond that.
PATIENCE, GRACE = 2, 60


class _Loader(SourceFileLoader):
    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        return self.code


@dataclass
class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module with other code than its file has."""

    path: Path
    code: CodeType

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin != str(self.path):
            return None
        spec.loader = _Loader(name, str(self.path))
        spec.loader.code = self.code
        return spec


def start(arguments: list[str], slot: int, log: Path, finder: _Finder | None = None) -> int:
    """Run pytest in a new process and return its id; to the plugin it is process `slot` of an xdist run."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        os.setpgid(0, 0)
        with log.open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        # The second one is where pytest-django looks for the suffix of the database's name.
        os.environ["PYTEST_XDIST_WORKER"] = os.environ["TOX_PARALLEL_ENV"] = f"gw{slot}"
        if finder:
            sys.meta_path.insert(0, finder)
        status = int(pytest.main([*OPTIONS, *arguments]))
        sys.stdout.flush()
    finally:
        os._exit(status)


@dataclass
class Run:
    """The tests of one app: their text, which of them reach which line, and how long all of them take."""

    digest: str
    data: CoverageData
    seconds: float

    def tests_of(self, path: Path, mutant: Mutant) -> list[str]:
        """Return the tests that reach the mutant; for what runs at import, those that reach its module.

        Those of the test module that is named like the module come first: they notice most.
        """
        lines = self.data.contexts_by_lineno(str(path))
        chosen = {c for line in range(mutant.line, mutant.last_line + 1) for c in lines.get(line, []) if c}
        chosen = chosen or {c for contexts in lines.values() for c in contexts if c}
        # A table without a function runs on import only, which is no test's: then every test of the app may notice.
        chosen = chosen or {context for context in self.data.measured_contexts() if context}
        tests = {context.rpartition("|")[0] for context in chosen}
        return sorted(tests, key=lambda test: (f"test_{path.stem}.py" not in test, test))


def measure(package: Path, named: list[str]) -> Run:
    """Run the tests of an app without any mutant, counting lines by test. Ends the run when a test fails."""
    tests = [ROOT / name for name in named] or [ROOT / "tests" / package.relative_to(ROOT)]
    sources = sorted(path for test in tests for path in ([test] if test.is_file() else test.rglob("*.py")))
    digest = _digest(*sources)
    measured = _digest(*sorted(package.rglob("*.py")), *sources)
    name = ".".join(package.relative_to(ROOT).parts)
    file, times = KEPT / f"{name}.{measured}.coverage", KEPT / f"{name}.{measured}.json"
    if not times.exists():
        log, begin = KEPT / f"{name}.log", time.monotonic()
        os.environ["COVERAGE_FILE"] = str(file)
        pid = start([*map(str, tests), f"--cov={package}", "--cov-context=test", "--cov-report="], 0, log)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            raise SystemExit(f"The tests of {name} fail without any mutant:\n{log.read_text()[-3000:]}")
        times.write_text(json.dumps(time.monotonic() - begin))
    data = CoverageData(str(file))
    data.read()
    return Run(digest, data, json.loads(times.read_text()))


def _digest(*paths: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:16]


class Results:
    """The result of each mutant, in a file that is only appended to."""

    def __init__(self) -> None:
        self._path = KEPT / "results.jsonl"
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self._of = {tuple(key): (outcome, tests) for key, outcome, tests in map(json.loads, lines)}

    def find(self, key: tuple[str, ...], tests: str) -> str | None:
        """Return the outcome that still holds."""
        outcome, then = self._of.get(key, (None, ""))
        return None if outcome == "survived" and then != tests else outcome

    def add(self, key: tuple[str, ...], outcome: str, tests: str) -> None:
        """Keep an outcome."""
        self._of[key] = (outcome, tests)
        with self._path.open("a") as file:
            file.write(json.dumps([key, outcome, tests]) + "\n")


def _wait(pid: int, seconds: float) -> str:
    """Return what the tests said of a mutant: killed when one failed or nothing could be imported."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return "killed" if os.waitstatus_to_exitcode(status) else "survived"
        time.sleep(0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "killed: timeout"


def survivors(path: Path, run: Run, results: Results) -> Iterator[tuple[Mutant, str]]:
    """Try every mutant of one file and yield those that no test notices."""
    source, count = path.read_text(encoding="utf-8"), 0
    for mutant in mutants(source, str(path)):
        key = (str(path.relative_to(ROOT)), _digest(path), str(mutant.line), mutant.change)
        outcome = results.find(key, run.digest)
        if outcome is None:
            tests = run.tests_of(path, mutant)
            outcome = "survived: no test" if not tests else _try(mutant, path, tests, run.seconds)
            results.add(key, outcome, run.digest)
        count += 1
        if outcome.startswith("survived"):
            yield mutant, outcome
    print(f"{path.relative_to(ROOT)}: {count} mutants", flush=True)


def _try(mutant: Mutant, path: Path, tests: list[str], seconds: float) -> str:
    pid = start(["-x", *tests], 1, Path(os.environ["TEST_RUN_DIR"]) / "mutant.log", _Finder(path, mutant.code))
    return _wait(pid, PATIENCE * seconds + GRACE)


def package_of(path: Path) -> Path:
    """Return the folder of the app that a module belongs to."""
    return next(folder for folder in path.parents if (folder / "apps.py").exists() or folder.parent == ROOT)


def modules(named: str) -> list[Path]:
    """Return the modules named, or all that decide: policies, workflows, queries, pages and audiences."""
    if named:
        return [ROOT / name for name in named.split()]
    found = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in found if DECIDING & {path.stem, path.parent.name})


def main() -> None:
    """Print every survivor as it is found; exits with 1 if there is one."""
    KEPT.mkdir(parents=True, exist_ok=True)
    results, runs, left = Results(), dict[Path, Run](), 0
    with tempfile.TemporaryDirectory(prefix=f"psrt-tests-{os.getpid()}-") as folder:
        try:
            os.environ.update(environment.prepare(Path(folder)))
            os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
            for path in modules(os.environ.get("MODULES", "")):
                package = package_of(path)
                if package not in runs:
                    runs[package] = measure(package, os.environ.get("TESTS", "").split())
                for mutant, outcome in survivors(path, runs[package], results):
                    left += 1
                    print(f"{path.relative_to(ROOT)}:{mutant.line}: {outcome}: {mutant.change}", flush=True)
        finally:
            environment.end()
    sys.exit(f"{left} mutants survived" if left else 0)


if __name__ == "__main__":
    main()
