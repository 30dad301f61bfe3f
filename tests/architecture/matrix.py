"""The access matrix: one line for each address, state and method; `matrix.txt` holds them.

``python -m tests.architecture.matrix`` prints nothing and changes nothing: lines are written by
hand, after thinking about who may. A column is one of:

- a status code,
- ``login``: sent to sign in; ``factor``: sent to add a second factor,
- ``redirect``: sent on to somewhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse

from tests.architecture.routes import routes
from tests.architecture.world import PRINCIPALS, World

FILE = Path(__file__).with_name("matrix.txt")


@dataclass(frozen=True)
class Line:
    """The answers of one address to each principal, in one state of its thing, by one method."""

    route: str
    state: str
    method: str
    answers: dict[str, str]

    @property
    def label(self) -> str:
        """Return the name of the line in messages of failing tests."""
        return f"{self.route} {self.state or '-'} {self.method}"

    @property
    def is_ours(self) -> bool:
        """An address of our own, not django-allauth's."""
        return self.route in _OURS


_OURS = {route.name for route in routes() if route.is_ours}


def read() -> list[Line]:
    """Return every line of the file; raises ValueError naming one that has not a column for each principal."""
    lines = []
    for number, text in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip() or text.startswith("#"):
            continue
        route, state, method, *columns = text.split()
        if len(columns) != len(PRINCIPALS):
            raise ValueError(f"matrix.txt:{number}: {len(PRINCIPALS)} columns are wanted, not {len(columns)}")
        answers = dict(zip(PRINCIPALS, columns, strict=True))
        lines.append(Line(route, "" if state == "-" else state, method, answers))
    return lines


def path_of(line: Line, world: World) -> str:
    """Return the address that a line is about."""
    if line.route.startswith("accounts/"):
        return f"/{line.route}"
    return reverse(line.route, kwargs=dict(world.addresses.get((line.route, line.state), {})))
