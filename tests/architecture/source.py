"""Reads the project's own source, for tests that hold it to its rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)
#: Folders of apps; each of their sub-packages is an app of its own, or a package of pure functions.
GROUPS = ("members", "advisories")
APPS = ("psrt_portal", "notifications", "nominations", "advisories", "members", "audit", "web")


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the repository's root, as messages show it."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of one kind."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    @property
    def functions(self) -> list[Function]:
        return [*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef)]

    @property
    def layer(self) -> str:
        """Return ``workflow`` for ``members/documents/workflow.py`` and everything in ``nominations/workflow/``."""
        parts = Path(self.name).parts
        if parts[:2] == ("advisories", "records"):
            return "records"
        below = 2 if parts[0] in GROUPS and len(parts) > 2 else 1
        return parts[below].removesuffix(".py")


def modules(*folders: str) -> list[Module]:
    """Every Python file below `folders`, migrations left out: nobody writes those."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [Module(path) for path in files if "migrations" not in path.parts]


def app_modules() -> list[Module]:
    return modules(*APPS)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*"))


def length(node: Function | ast.ClassDef) -> int:
    """Lines from the name to the end, decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def code_lines(module: Module) -> int:
    """Lines that are neither empty nor a comment."""
    return sum(1 for line in module.text.splitlines() if line.strip() and not line.strip().startswith("#"))
