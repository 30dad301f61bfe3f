"""Nothing grows past the sizes a reader can hold (docs/architecture.md, "Budgets")."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Module, app_modules, code_lines, length, modules, templates

FUNCTION_LINES = 50
VIEW_LINES = 30
MODULE_LINES = 400
MODEL_LINES = 250
TEMPLATE_LINES = 150
#: Lines of test for each line of app.
TEST_RATIO = 1.0

EVERYTHING = [*app_modules(), *modules("tests", "deploy", "docs")]


def by_name(module: Module) -> str:
    return module.name


@pytest.mark.parametrize("module", EVERYTHING, ids=by_name)
def test_a_module_stays_within_its_budget(module: Module) -> None:
    assert len(module.text.splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("module", EVERYTHING, ids=by_name)
def test_a_function_stays_within_its_budget(module: Module) -> None:
    limit = VIEW_LINES if module.layer == "views" else FUNCTION_LINES
    assert {function.name: length(function) for function in module.functions if length(function) > limit} == {}


@pytest.mark.parametrize("module", app_modules(), ids=by_name)
def test_a_class_stays_within_its_budget(module: Module) -> None:
    assert {kind.name: length(kind) for kind in module.nodes(ast.ClassDef) if length(kind) > MODEL_LINES} == {}


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_stays_within_its_budget(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= TEMPLATE_LINES


@pytest.mark.parametrize("module", EVERYTHING, ids=by_name)
def test_every_function_says_what_it_takes_and_gives(module: Module) -> None:
    assert [function.name for function in module.functions if not is_annotated(function)] == []


def is_annotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    stars = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    named = [argument for argument in [*every, *stars] if argument.arg not in {"self", "cls"}]
    return function.returns is not None and all(argument.annotation for argument in named)


def test_there_is_at_least_as_much_test_as_code() -> None:
    app = sum(code_lines(module) for module in app_modules())
    tests = sum(code_lines(module) for module in modules("tests"))
    assert tests / app >= TEST_RATIO, f"{tests} lines of test for {app} lines of app: {tests / app:.2f}"
