"""Imports run downward: between the apps, and inside each of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import Module, app_modules, modules

#: What knows about requests and pages. Verbs, policies and facts do not.
HTTP = ("django.http", "django.shortcuts", "django.contrib.messages", "members.http")
BELOW_HTTP = {"workflow", "policy", "models", "events", "records", "tasks"}

APP_MODULES = app_modules()


def by_name(module: Module) -> str:
    return module.name


def imported(module: Module) -> set[str]:
    """Every module the file imports, and every name from one, with dots."""
    whole = {alias.name for node in module.nodes(ast.Import) for alias in node.names}
    parts = {f"{node.module}.{alias.name}" for node in module.nodes(ast.ImportFrom) for alias in node.names}
    return whole | parts | {str(node.module) for node in module.nodes(ast.ImportFrom)}


def test_the_layers_hold() -> None:
    """The contracts are in pyproject.toml. A process of its own: inside ours it would silence every logger."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("module", [*APP_MODULES, *modules("tests")], ids=by_name)
def test_imports_stand_at_the_top(module: Module) -> None:
    """An import inside a function hides an arrow from the layers. Only `AppConfig.ready` needs one."""
    if module.path.name == "apps.py":
        return
    inside = {
        node.lineno
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert inside == set()


@pytest.mark.parametrize("module", [one for one in APP_MODULES if one.layer in BELOW_HTTP], ids=by_name)
def test_what_lies_below_the_views_knows_no_http(module: Module) -> None:
    assert [name for name in sorted(imported(module)) if name.startswith(HTTP)] == []


@pytest.mark.parametrize("module", [one for one in APP_MODULES if one.layer == "records"], ids=by_name)
def test_a_record_is_made_without_the_database(module: Module) -> None:
    """Records take plain values, so that what is published can be tested byte for byte."""
    assert [name for name in sorted(imported(module)) if name.startswith("django.db") or ".models" in name] == []


@pytest.mark.parametrize("module", APP_MODULES, ids=by_name)
def test_the_portal_does_not_know_its_tests(module: Module) -> None:
    assert [name for name in sorted(imported(module)) if name.split(".")[0] == "tests"] == []
