"""Lint: imports run downward, between the apps and inside each of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, app_modules

pytestmark = pytest.mark.lint

#: What knows about requests and pages. Verbs, policies and facts do not.
HTTP = ("django.http", "django.shortcuts", "django.contrib.messages", "web.access", "web.views", "web.confirmation")
BELOW_HTTP = {"workflow", "queries", "policy", "models", "enums", "events", "registry", "records", "tasks"}


def test_the_layers_hold() -> None:
    """The contracts are in pyproject.toml; import-linter silences loggers, so it gets a process of its own."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_modules_below_the_views_know_no_http() -> None:
    faults = [
        (module.name, name)
        for module in app_modules()
        if module.layer in BELOW_HTTP and module.app != "web"
        for name in sorted(module.imported)
        if name.startswith(HTTP)
    ]
    assert faults == []


def test_records_are_made_without_the_database() -> None:
    """Records take plain values, so that what is published can be tested byte for byte."""
    records = [module for module in app_modules() if module.layer == "records"]
    assert len(records) > 5
    faults = [
        (module.name, name)
        for module in records
        for name in sorted(module.imported)
        if name.startswith("django.db") or ".models" in name
    ]
    assert faults == []


def test_pages_and_forms_do_not_import_verbs() -> None:
    """Pages and forms read by `queries`; only views, tasks and commands call `workflow`."""
    faults = [
        (module.name, name)
        for module in app_modules()
        if module.layer in {"pages", "forms", "queries", "policy", "models"}
        for name in sorted(module.imported)
        if name.endswith(".workflow") or ".workflow." in name
    ]
    assert faults == []


def test_verbs_and_models_are_reached_through_their_app() -> None:
    """`from nominations.workflow import cast`, never `from nominations.workflow.voting import cast`, from outside."""
    faults = [
        (module.name, name)
        for module in app_modules()
        for name in sorted(module.imported)
        for layer in ("models", "workflow")
        if is_submodule(name, layer) and not name.startswith(f"{module.app}.")
    ]
    assert faults == []


def is_submodule(name: str, layer: str) -> bool:
    """Return whether a dotted name is that of a file inside an app's package for one layer."""
    _app, separator, rest = name.partition(f".{layer}.")
    return bool(separator) and "." not in rest and (ROOT / f"{name.replace('.', '/')}.py").exists()


def test_the_portal_does_not_import_its_tests() -> None:
    faults = [module.name for module in app_modules() if any(name.split(".")[0] == "tests" for name in module.imported)]
    assert faults == []
