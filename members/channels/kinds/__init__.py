"""The kinds of channels, a module each: adding a module with a `KIND` is all that a new kind of step takes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from members.channels.kinds.base import FirstChannel, Kind

__all__ = ["KINDS", "FirstChannel", "Kind", "choices", "read"]


def read() -> dict[str, Kind]:
    """Return the `KIND` of every module of this package by its value, in the order of checklists."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__) if module.name != "base"]
    kinds: list[Kind] = [module.KIND for module in modules]
    return {kind.value: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


KINDS = read()


def choices() -> list[tuple[str, str]]:
    """Return the values and labels of all kinds, for the field of the model; the migration names this function."""
    return [(kind.value, kind.label) for kind in KINDS.values()]
