"""The rules of the sources, and what holds each: a test, a template, or an open row that says what is missing.

`docs/rules.csv` has every rule in our own words. A rule that software holds is cited by a test, with
`@pytest.mark.rule("PSRT-04")`; one that a page shows has its template in `docs/rules-shown.csv`; what is not built yet
is in `docs/rules-open.csv`, with an area and a reason. Markers are read from the source, without an import.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import dedent

import pytest

from tests.architecture.source import ROOT, modules

pytestmark = pytest.mark.lint

RULES, OPEN, SHOWN = "docs/rules.csv", "docs/rules-open.csv", "docs/rules-shown.csv"
AREAS = {"reports", "records", "members", "site", "advisories", "nominations", "mail"}
#: Columns of docs/rules.csv with a closed list of values.
VALUES = {
    "strength": {"MUST", "SHOULD", "MAY", "FACT"},
    "area": AREAS,
    "held_by": {"software", "shown", "people", "n/a"},
}
#: Rules of these strengths need a test or an open row; the others may have one.
BINDING = {"MUST", "SHOULD"}
MARKER = "pytest.mark.rule"

Row = dict[str, str]


def rows(path: str) -> list[Row]:
    """Return the rows of a CSV file with a header, by column; a cell that is missing is empty."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return [{name: value or "" for name, value in row.items()} for row in csv.DictReader(file)]


@dataclass(frozen=True)
class Citation:
    """A rule that a marker names, empty for a marker that cannot be read, and where the marker stands."""

    place: str
    rule: str


def citations(module: str, tree: ast.Module) -> Iterator[Citation]:
    """Yield what the decorators of tests and the module's `pytestmark` cite, and an empty rule for other markers."""
    attached = [
        (f"{module}::{function.name}", decorator)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for decorator in function.decorator_list
    ]
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            several = node.value.elts if isinstance(node.value, ast.List) else [node.value]
            attached += [(module, marker) for marker in several]
    found = [(place, node) for place, node in attached if isinstance(node, ast.Call) and names_marker(node.func)]
    for place, call in found:
        yield from (Citation(place, literal(argument)) for argument in call.args or [call])
    everywhere = sum(isinstance(node, ast.Attribute) and names_marker(node) for node in ast.walk(tree))
    yield from [Citation(module, "")] * (everywhere - len(found))


def names_marker(node: ast.expr) -> bool:
    return ast.unparse(node) == MARKER


def literal(node: ast.expr) -> str:
    """Return a plain string of the source, or "" for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@dataclass(frozen=True)
class Register:
    """The rules with what is said to hold each."""

    rules: list[Row]
    open: list[Row]
    shown: list[Row]
    cited: list[Citation]

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.rules}

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """The rules in each of the two lists, and those that tests cite."""
        return {
            OPEN: {row["id"] for row in self.open},
            SHOWN: {row["id"] for row in self.shown},
            "tests": {citation.rule for citation in self.cited},
        }

    def faults(self) -> list[str]:
        return [*self._of_names(), *self._of_rules(), *self._of_open_rows(), *self._of_shown_rows()]

    def _of_names(self) -> Iterator[str]:
        places = [(citation.place, citation.rule) for citation in self.cited]
        places += [(OPEN, row["id"]) for row in self.open] + [(SHOWN, row["id"]) for row in self.shown]
        for place, rule in places:
            if rule not in self.by_id:
                yield f"{place}: {f'there is no rule {rule}' if rule else 'a marker names rules as plain strings'}"
        listed = [f"{RULES}: {row['id']}" for row in self.rules] + [f"{OPEN}: {row['id']}" for row in self.open]
        listed += [f"{SHOWN}: {row['id']} {row['template']}" for row in self.shown]
        yield from (f"{row} is listed {times} times" for row, times in Counter(listed).items() if times > 1)

    def _of_rules(self) -> Iterator[str]:
        for rule, row in self.by_id.items():
            for column, allowed in VALUES.items():
                if row[column] not in allowed:
                    yield f"{RULES}: {rule}: {column} is {row[column]!r}"
            if rule not in self.ids[OPEN]:
                if row["held_by"] == "software" and row["strength"] in BINDING and rule not in self.ids["tests"]:
                    yield f"{rule}: no test cites it, and {OPEN} does not list it"
                if row["held_by"] == "shown" and rule not in self.ids[SHOWN]:
                    yield f"{rule}: {SHOWN} names no template, and {OPEN} does not list it"

    def _of_open_rows(self) -> Iterator[str]:
        for row in self.open:
            rule = row["id"]
            if row["area"] not in AREAS or not row["reason"].strip():
                yield f"{OPEN}: {rule}: an open row has an area and a reason"
            if rule in self.ids["tests"] | self.ids[SHOWN]:
                yield f"{OPEN}: {rule}: it is held now; remove the row"
            if rule in self.by_id and self.by_id[rule]["held_by"] not in {"software", "shown"}:
                yield f"{OPEN}: {rule}: neither software nor a page has to hold it"

    def _of_shown_rows(self) -> Iterator[str]:
        for row in self.shown:
            rule, template = row["id"], row["template"]
            if rule in self.by_id and self.by_id[rule]["held_by"] != "shown":
                yield f"{SHOWN}: {rule}: no page has to show it"
            if not (template.endswith((".html", ".txt")) and (ROOT / template).is_file()):
                yield f"{SHOWN}: {rule}: there is no template {template!r}"


def test_every_rule_is_held_or_open() -> None:
    cited = [citation for module in modules("tests") for citation in citations(module.name, module.tree)]
    faults = Register(rows(RULES), rows(OPEN), rows(SHOWN), cited).faults()
    assert faults == [], "\n".join(faults)


# -- the check itself --------------------------------------------------------------------------------


def a_rule(rule: str, held_by: str = "software", strength: str = "MUST") -> Row:
    return {"id": rule, "strength": strength, "area": "mail", "held_by": held_by}


SOUND = Register(
    rules=[a_rule("A"), a_rule("B"), a_rule("C", "shown", "FACT"), a_rule("D", "people"), a_rule("E", strength="MAY")],
    open=[{"id": "B", "area": "mail", "reason": "Not built."}],
    shown=[{"id": "C", "template": "templates/home.html", "note": ""}],
    cited=[Citation("a test", "A")],
)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, []),
        ({"cited": []}, ["A: no test cites it, and docs/rules-open.csv does not list it"]),
        ({"shown": []}, ["C: docs/rules-shown.csv names no template, and docs/rules-open.csv does not list it"]),
        ({"cited": [*SOUND.cited, Citation("a test", "X")]}, ["a test: there is no rule X"]),
        ({"cited": [*SOUND.cited, Citation("a test", "")]}, ["a test: a marker names rules as plain strings"]),
        (
            {"cited": [*SOUND.cited, Citation("a test", "B")]},
            ["docs/rules-open.csv: B: it is held now; remove the row"],
        ),
        ({"rules": [*SOUND.rules, SOUND.rules[0]]}, ["docs/rules.csv: A is listed 2 times"]),
        ({"open": SOUND.open * 2}, ["docs/rules-open.csv: B is listed 2 times"]),
        (
            {"open": [{**SOUND.open[0], "reason": " "}]},
            ["docs/rules-open.csv: B: an open row has an area and a reason"],
        ),
        (
            {"open": [*SOUND.open, {**SOUND.open[0], "id": "D"}]},
            ["docs/rules-open.csv: D: neither software nor a page has to hold it"],
        ),
        (
            {"shown": [{**SOUND.shown[0], "template": "templates/nowhere.html"}]},
            ["docs/rules-shown.csv: C: there is no template 'templates/nowhere.html'"],
        ),
        (
            {"shown": [*SOUND.shown, {**SOUND.shown[0], "id": "A"}]},
            ["docs/rules-shown.csv: A: no page has to show it"],
        ),
        (
            {"rules": [*SOUND.rules, a_rule("F", "somebody")]},
            ["docs/rules.csv: F: held_by is 'somebody'"],
        ),
    ],
)
def test_each_fault_is_found(changes: dict[str, list], fault: list[str]) -> None:
    assert replace(SOUND, **changes).faults() == fault


def test_markers_are_read_from_the_source() -> None:
    source = """
        pytestmark = [pytest.mark.django_db, pytest.mark.rule("A")]

        @pytest.mark.rule("B", "C")
        def test_one(): ...

        @pytest.mark.rule(ID)
        def test_two(): ...

        @pytest.mark.rule("D")
        def helper(): ...
        """
    found = citations("module", ast.parse(dedent(source)))
    assert Counter((one.place, one.rule) for one in found) == Counter([
        ("module", "A"), ("module::test_one", "B"), ("module::test_one", "C"), ("module::test_two", ""), ("module", ""),
    ])  # fmt: skip
