"""The one way to read confidential rows: rows about what is not public come through a named door, or not at all.

``Model.objects.visible_to(viewer)`` gives what a viewer may see, ``Model.objects.system("reason")`` gives everything
to a piece of the portal that says why, and advisories have ``published()``. Whatever else turns a query into SQL -
``all()``, ``get()``, ``count()``, a subquery, ``child.parent``, ``refresh_from_db()`` - raises `UnguardedQuery`.
Each SELECT carries the name of its door as a comment: the database's log shows it, and tests fail on a statement
without one (`tests/architecture/test_confidential_rows.py`). Why so: docs/adr/0030.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, Self, TypeAlias, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND

from members.people.policy import Actor

M = TypeVar("M", bound=models.Model, covariant=True)


#: What a statement's comment begins with.
MARK = "/* door: "


#: A reason stands inside a comment of SQL, so it is made of words.
_REASON = re.compile(r"[A-Za-z][A-Za-z0-9 ,-]*")


class UnguardedQuery(RuntimeError):  # noqa: N818  reads as what it is
    """A confidential table was about to be read without a door. A mistake in the code, never in the input."""


@dataclass(frozen=True)
class LinkHolder:
    """The holder of one report's private link; a replaced `nonce` ends that."""

    report_id: UUID
    nonce: str


#: The reader that a query is for.
Viewer: TypeAlias = Actor | LinkHolder


class GuardedQuery(Query):
    """A query that becomes a statement only if it came through a door."""

    door = ""

    def require_door(self) -> None:
        """Raise `UnguardedQuery` unless this query came through a door."""
        if not self.door:
            name = self.model.__name__ if self.model else "A confidential model"
            raise UnguardedQuery(f"{name} is read through {name}.objects.visible_to(...) or .system(...) only")

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        """Return a compiler that signs the statement; every SELECT passes here, subqueries and aggregates included."""
        self.require_door()
        compiler: SQLCompiler = super().get_compiler(using, connection, elide_empty)
        plain: Any = type(compiler)
        compiler.__class__ = _signing(plain)
        return compiler

    def combine(self, rhs: Query, connector: str) -> None:
        """Combine two queries; ``|`` and ``^`` add rows, so the other side must have come through a door as well."""
        if connector != AND and isinstance(rhs, GuardedQuery):
            rhs.require_door()
        super().combine(rhs, connector)


class _Signing(SQLCompiler):
    """Writes the door's name into the statement."""

    query: GuardedQuery

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return f"{sql} {MARK}{self.query.door} */", params


@cache
def _signing(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    return type(f"Signing{compiler.__name__}", (_Signing, compiler), {})


class GuardedQuerySet(models.QuerySet[M]):
    """Sets of confidential rows; a subclass says in `_of` which of them a viewer may see."""

    query: GuardedQuery

    def __init__(self, model: Any = None, query: Query | None = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, GuardedQuery(model) if query is None else query, using, hints)

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the rows that `viewer` may see right now; `policy.allowed` says the same of a single one."""
        return self._of(viewer)._through("visible_to")

    def system(self, reason: str) -> Self:
        """Return every row, for the portal's own work; the reason ends up in the database's log."""
        if not _REASON.fullmatch(reason):
            raise ValueError("a reason is words, digits, commas and hyphens")
        return self._through(f"system, {reason}")

    def _of(self, viewer: Viewer) -> Self:
        raise NotImplementedError

    def _through(self, door: str) -> Self:
        clone = self._chain()  # type: ignore[attr-defined]
        clone.query.door = door
        return clone  # type: ignore[no-any-return]

    # These change the class of their query, and so need a look of their own.

    def update(self, **kwargs: Any) -> int:
        """Update rows that came through a door."""
        self.query.require_door()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows that came through a door."""
        self.query.require_door()
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise UnguardedQuery("confidential tables are not read by hand-written SQL")
