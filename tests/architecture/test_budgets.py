"""Lint: nothing grows past the sizes a reader can hold (docs/architecture.md, "Budgets")."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import ROOT, app_modules, every_module, length, templates

pytestmark = pytest.mark.lint

FUNCTION_LINES = 50
VIEW_LINES = 30
MODULE_LINES = 400
MODEL_LINES = 250
#: Bytes of a template's source.
TEMPLATE_BYTES = 6_000


def test_modules_stay_within_their_budget() -> None:
    sizes = {module.name: len(module.text.splitlines()) for module in every_module()}
    assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_functions_stay_within_their_budget() -> None:
    over = [
        (module.name, function.name, length(function))
        for module in every_module()
        for function in module.functions
        if length(function) > (VIEW_LINES if module.layer == "views" else FUNCTION_LINES)
    ]
    assert over == []


def test_classes_stay_within_their_budget() -> None:
    over = [
        (module.name, kind.name, length(kind))
        for module in app_modules()
        for kind in module.nodes(ast.ClassDef)
        if length(kind) > MODEL_LINES
    ]
    assert over == []


def test_templates_stay_within_their_budget() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in templates()}
    assert {name: size for name, size in sizes.items() if size > TEMPLATE_BYTES} == {}
