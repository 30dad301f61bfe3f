"""The mistakes that are tried: every mutant of one module, as code to be run and as text to be read.

Written here because the portal's rules stand in tables at the top of modules (`Rule(Action.OPEN, RUNS, ...)`), and in
arguments of Django's querysets: mutmut 3 changes function bodies only, and cosmic-ray knows neither of the two.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

_SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
#: Longer texts are sentences for people. Their wording is not what these tests are about.
_MOST_WORDS = 3
#: Where nothing is decided.
_SKIPPED = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Assert)


@dataclass(frozen=True)
class Mutant:
    """One mistake: the statement at `line` to `last_line` reads `after` instead of `before`."""

    line: int
    last_line: int
    before: str
    after: str
    code: CodeType

    @property
    def change(self) -> str:
        """The text that names this mutant in results, also after lines above it have moved."""
        return f"{self.before} -> {self.after}"


def mutants(source: str, filename: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its source."""
    tree = ast.parse(source)
    original = copy.deepcopy(tree)
    for node, name, position, value in list(_places(tree)):
        for replacement in _replacements(node, name, value):
            _put(node, name, position, replacement)
            yield _mutant(value, replacement, tree, filename)
            _put(node, name, position, value)
    if ast.dump(tree) != ast.dump(original):
        raise AssertionError("a mutant was not taken back")


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Yield every expression below `node` with the field that holds it; no annotation, decorator or docstring."""
    for name, field in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for position, value in enumerate(field) if isinstance(field, list) else [(None, field)]:
            if not isinstance(value, ast.AST) or isinstance(value, _SKIPPED) or _is_docstring(value):
                continue
            if isinstance(value, ast.expr) and not isinstance(getattr(value, "ctx", None), ast.Store):
                yield node, name, position, value
            yield from _places(value)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _put(node: ast.AST, name: str, position: int | None, value: ast.expr) -> None:
    if position is None:
        setattr(node, name, value)
    else:
        getattr(node, name)[position] = value


def _mutant(value: ast.expr, replacement: ast.expr, tree: ast.Module, filename: str) -> Mutant:
    ast.copy_location(replacement, value)
    code = compile(ast.fix_missing_locations(tree), filename, "exec")
    return Mutant(value.lineno, value.end_lineno or value.lineno, ast.unparse(value), ast.unparse(replacement), code)


def _replacements(parent: ast.AST, name: str, value: ast.expr) -> Iterator[ast.expr]:
    """Yield what could stand by mistake where `value` stands in the field `name` of `parent`."""
    if isinstance(parent, ast.Return):
        yield ast.Constant(None)
    if name == "test" or (isinstance(parent, ast.comprehension) and name == "ifs"):
        yield ast.UnaryOp(ast.Not(), value)
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not | ast.Invert):
        yield value.operand
    for kinds, made_from in _MADE_FROM.items():
        if isinstance(value, kinds):
            yield from made_from(value)


def _comparisons(value: ast.Compare) -> Iterator[ast.expr]:
    yield ast.Compare(value.left, [_SWAPPED[type(value.ops[0])](), *value.ops[1:]], value.comparators)


def _constants(constant: ast.Constant) -> Iterator[ast.expr]:
    value = constant.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and len(value.split()) <= _MOST_WORDS:
        yield ast.Constant("mutant" if value else "x")


def _operations(value: ast.BoolOp | ast.BinOp) -> Iterator[ast.expr]:
    """Yield the other operator, then each operand missing."""
    other = _SWAPPED.get(type(value.op))
    if isinstance(value, ast.BoolOp) and other:
        yield ast.BoolOp(other(), value.values)
        for left_out in value.values:
            rest = [operand for operand in value.values if operand is not left_out]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(value.op, rest)
    elif isinstance(value, ast.BinOp) and other:
        yield ast.BinOp(value.left, other(), value.right)
        if isinstance(value.op, ast.BitAnd | ast.BitOr):
            yield from (value.left, value.right)


def _calls(call: ast.Call) -> Iterator[ast.expr]:
    """Yield a queryset that is not narrowed, then each keyword argument and the last of three arguments missing."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"filter", "exclude"}:
        yield call.func.value
    for left_out in call.keywords:
        yield ast.Call(call.func, call.args, [keyword for keyword in call.keywords if keyword is not left_out])
    if len(call.args) > 2:
        yield ast.Call(call.func, call.args[:-1], call.keywords)


def _collections(value: ast.Set | ast.Tuple | ast.List | ast.Dict) -> Iterator[ast.expr]:
    """Yield the collection without each of its elements; a set or tuple keeps at least one."""
    elements = value.values if isinstance(value, ast.Dict) else value.elts
    for position in range(len(elements) if len(elements) > 1 else 0):
        shorter = copy.copy(value)
        for name in ("keys", "values", "elts"):
            if hasattr(value, name):
                setattr(shorter, name, [*getattr(value, name)[:position], *getattr(value, name)[position + 1 :]])
        yield shorter


_MADE_FROM: dict[Any, Callable[[Any], Iterator[ast.expr]]] = {
    ast.Compare: _comparisons,
    ast.Constant: _constants,
    (ast.BoolOp, ast.BinOp): _operations,
    ast.Call: _calls,
    (ast.Set, ast.Tuple, ast.List, ast.Dict): _collections,
}
