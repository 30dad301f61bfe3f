"""Read the project's own source, for the lint rules and the tests of this folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
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

    @cached_property
    def _walked(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Yield every node of one kind."""
        return (node for node in self._walked if isinstance(node, kind))

    @property
    def functions(self) -> list[Function]:
        return [*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef)]

    @property
    def app(self) -> str:
        """The dotted name of the app: ``members.people`` for ``members/people/policy.py``."""
        parts = Path(self.name).parts
        is_nested = parts[0] in GROUPS and len(parts) > 2
        return ".".join(parts[:2]) if is_nested else parts[0]

    @property
    def layer(self) -> str:
        """``workflow`` for ``members/documents/workflow.py`` and for everything in ``nominations/workflow/``."""
        if self.app == "advisories.records":
            return "records"
        below = self.app.count(".") + 1
        return Path(self.name).parts[below].removesuffix(".py")

    @cached_property
    def imported(self) -> set[str]:
        """Every module the file imports, and every name it imports from one, with dots."""
        whole = {alias.name for node in self.nodes(ast.Import) for alias in node.names}
        parts = {f"{node.module}.{alias.name}" for node in self.nodes(ast.ImportFrom) for alias in node.names}
        return whole | parts | {str(node.module) for node in self.nodes(ast.ImportFrom)}


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python file below `folders`, except migrations, which nobody writes by hand."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Module(path) for path in files if "migrations" not in path.parts)


def app_modules() -> tuple[Module, ...]:
    return modules(*APPS)


def every_module() -> tuple[Module, ...]:
    return (*app_modules(), *modules("tests", "deploy", "docs"))


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file())


def length(node: Function | ast.ClassDef) -> int:
    """Return the number of lines from the name to the end, decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
