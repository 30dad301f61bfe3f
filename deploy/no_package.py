"""Refuse to be built: the build backend that pyproject.toml names."""

from __future__ import annotations

from typing import NoReturn


def build_wheel(*arguments: object, **settings: object) -> NoReturn:
    """Exit with a sentence that says how the portal is installed instead."""
    raise SystemExit("The portal is not a package. It runs from a checkout (make run) or an image: see README.md.")


build_sdist = build_editable = build_wheel
