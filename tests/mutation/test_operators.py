"""The mutants of small modules, by value."""

from __future__ import annotations

import pytest

from tests.mutation.operators import mutants


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("x = a < b", ["a < b -> a <= b"]),
        ("x = a not in b", ["a not in b -> a in b"]),
        ("x = not a", ["not a -> a"]),
        ("x = a and b", ["a and b -> a or b", "a and b -> b", "a and b -> a"]),
        ("x = A & ~B", ["A & ~B -> A | ~B", "A & ~B -> A", "A & ~B -> ~B", "~B -> B"]),
        ("x = 1", ["1 -> 2"]),
        ("x = True", ["True -> False"]),
        ("x = 'Given up'", ["'Given up' -> 'mutant'"]),
        ("x = 'A sentence of five words.'", []),
        ("x = rows.filter(a=b).all()", ["rows.filter(a=b) -> rows", "rows.filter(a=b) -> rows.filter()"]),
        ("x = {a, b}", ["{a, b} -> {b}", "{a, b} -> {a}"]),
        ("x = {a: b, c: d}", ["{a: b, c: d} -> {c: d}", "{a: b, c: d} -> {a: b}"]),
        ("x = Rule(a, b, c)", ["Rule(a, b, c) -> Rule(a, b)"]),
        ("if a:\n    pass", ["a -> not a"]),
        ("x = [a for a in b if c]", ["c -> not c"]),
        ("def f(a: int = 1) -> str:\n    '''Text.'''\n    return a", ["1 -> 2", "a -> None"]),
        ("@dataclass(frozen=True)\nclass A:\n    '''Text.'''", []),
        ("import a\nassert a == 1\nx: 'B'", []),
    ],
)
def test_each_mistake_is_made_once(source: str, changes: list[str]) -> None:
    assert [mutant.change for mutant in mutants(source, "module.py")] == changes


def test_a_mutant_runs_with_one_mistake_and_names_its_lines() -> None:
    values: list[tuple[int, int, int]] = []
    for mutant in mutants("a = 1\n\nb = (\n    2\n)\n", "module.py"):
        namespace: dict[str, int] = {}
        exec(mutant.code, namespace)  # noqa: S102
        values.append((mutant.line, namespace["a"], namespace["b"]))
    assert values == [(1, 2, 2), (4, 1, 3)]
