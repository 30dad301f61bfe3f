"""Dependencies are declared once, in pyproject.toml; the pins fit them, and all of them are used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import psrt_portal
from tests.architecture.source import ROOT, Module, app_modules, modules

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FILES = ("run", "embedded", "dev")
PRODUCT = [*app_modules(), Module(ROOT / "manage.py"), *modules("deploy")]
ALL = [*PRODUCT, *modules("tests", "docs")]
#: Direct dependencies that no code imports or names, and what uses them instead.
USED_OTHERWISE = {
    "argon2-cffi": "Django's first password hasher",
    "celery-types": "mypy",
    "django-stubs": "mypy",
    "djlint": "make lint",
    "gunicorn": "docker-compose.yml",
    "import-linter": "make lint",
    "mypy": "make lint",
    "pre-commit": ".pre-commit-config.yaml",
    "psycopg": "Django's database backend",
    "pytest-cov": "make mutation",
    "pytest-playwright": "the fixtures of tests/browser",
    "pytest-xdist": "pytest -n",
    "ruff": "make lint",
    "slipcover": "make test",
    "types-pyyaml": "mypy",
    "types-requests": "mypy",
}


@cache
def declared(name: str) -> list[Requirement]:
    """Return the direct dependencies of one requirements file, without those of the groups it includes."""
    entries = PYPROJECT["project"]["dependencies"] if name == "run" else PYPROJECT["dependency-groups"][name]
    return [Requirement(entry) for entry in entries if isinstance(entry, str)]


@cache
def pins(name: str) -> dict[str, Requirement]:
    """Return the pinned requirements of a file by name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [Requirement(line) for line in re.findall(r"^(\w[^\\\n]+==[^\\\n]+)", text, re.MULTILINE)]
    return {canonicalize_name(line.name): line for line in lines}


def versions(name: str) -> dict[str, str]:
    return {package: str(pin.specifier) for package, pin in pins(name).items()}


def needed(pin: Requirement) -> set[str]:
    """Return the packages that a pinned package requires here, with the extras of its pin."""
    requirements = [Requirement(line) for line in metadata.requires(pin.name) or []]
    extras = [{"extra": extra} for extra in {"", *pin.extras}]
    return {
        canonicalize_name(requirement.name)
        for requirement in requirements
        if requirement.marker is None or any(requirement.marker.evaluate(extra) for extra in extras)
    }


# -- declarations and pins ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_direct_dependency_has_a_lower_bound_and_a_pin_within_its_bounds(name: str) -> None:
    """Without a bound a resolver may fall back to a release of years ago."""
    pinned = {package: pin.removeprefix("==") for package, pin in versions(name).items()}
    for requirement in declared(name):
        assert ">=" in str(requirement.specifier), requirement
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(pins(name)) > 0
    assert "://" not in text
    assert "index-url" not in text


def test_tests_run_on_the_very_releases_that_are_deployed() -> None:
    dev = versions("dev")
    for name in ("run", "embedded"):
        assert {package: dev.get(package) for package in pins(name)} == versions(name)
    shared = pins("run").keys() & pins("embedded").keys()
    assert {package: versions("run")[package] for package in shared} == {
        package: versions("embedded")[package] for package in shared
    }


@pytest.mark.parametrize("name", FILES)
def test_the_pins_are_complete(name: str) -> None:
    """They are installed without a resolver, and tests do not notice what only the development pins bring."""
    here = {package: pin for package, pin in pins(name).items() if pin.marker is None or pin.marker.evaluate()}
    missing = {package: needed(pin) - pins(name).keys() for package, pin in here.items()}
    assert {package: names for package, names in missing.items() if names} == {}


def test_the_oldest_python_is_the_same_everywhere() -> None:
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py311"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == "3.11"
    assert "--python-version 3.11 " in (ROOT / "deploy/pins.sh").read_text(encoding="utf-8")
    assert "sys.version_info < (3, 11)" in (ROOT / "deploy/python.sh").read_text(encoding="utf-8")


# -- what is declared is used, what is used is declared ----------------------------------------------------


def imports(source: Module) -> set[str]:
    """Return the top-level modules that a file imports."""
    whole = {alias.name for node in source.nodes(ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in whole | {str(node.module) for node in source.nodes(ast.ImportFrom)}}


def names(source: Module) -> set[str]:
    """Return the top-level modules that a file names in strings: with dots, as settings do, or to find a module."""
    strings = {node.value for node in source.nodes(ast.Constant) if isinstance(node.value, str)}
    dotted = {text.split(".")[0] for text in strings if re.fullmatch(r"\w+(\.\w+)+", text)}
    calls = [call for call in source.nodes(ast.Call) if call.args]
    finders = [call for call in calls if ast.unparse(call.func).endswith((".find_spec", ".files"))]
    sought = {ast.unparse(call.args[0]).strip("'") for call in finders}
    return dotted | sought


@pytest.mark.lint
@pytest.mark.parametrize(("name", "sources"), [("run", PRODUCT), ("embedded", ALL), ("dev", ALL)], ids=FILES)
def test_every_direct_dependency_is_used(name: str, sources: list[Module]) -> None:
    used = {module for source in sources for module in imports(source) | names(source)}
    provided = metadata.packages_distributions()
    packages = {canonicalize_name(package) for module in used for package in provided.get(module, [])}
    direct = {canonicalize_name(requirement.name) for requirement in declared(name)}
    assert direct - packages - USED_OTHERWISE.keys() == set()


def test_every_exception_is_a_direct_dependency() -> None:
    direct = {canonicalize_name(requirement.name) for name in FILES for requirement in declared(name)}
    assert USED_OTHERWISE.keys() - direct == set()


@pytest.mark.lint
@pytest.mark.parametrize(("groups", "sources"), [(FILES[:2], PRODUCT), (FILES, ALL)], ids=["product", "tests"])
def test_every_imported_package_is_a_direct_dependency(groups: tuple[str, ...], sources: list[Module]) -> None:
    """A package that another one brings along may go with the next release of that one."""
    direct = {canonicalize_name(requirement.name) for name in groups for requirement in declared(name)}
    provided = metadata.packages_distributions()
    used = {package for source in sources for module in imports(source) for package in provided.get(module, [])}
    assert {canonicalize_name(package) for package in used} - direct == set()


# -- no package --------------------------------------------------------------------------------------------


def test_the_version_is_the_one_that_the_portal_shows() -> None:
    assert PYPROJECT["project"]["version"] == psrt_portal.__version__


def test_no_wheel_is_built(tmp_path: Path) -> None:
    """The portal needs its checkout; a wheel would lack templates, static files and pins."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "The portal is not a package. It runs from a checkout (make run) or an image" in done.stderr
    assert list(tmp_path.iterdir()) == []
