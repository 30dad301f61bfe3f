"""The first version of each document, as Markdown files beside this module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

KINDS = ("responsibilities", "join")


def first_text(kind: str) -> str:
    """Return the text that the portal ships for a kind of document."""
    return Path(__file__).with_name(f"{kind}.md").read_text(encoding="utf-8")


def write_first_versions(versions: Any) -> None:
    """Create version 1 of every document; `versions` is the manager of a migration's model, or of the model."""
    now = timezone.now()
    for kind in KINDS:
        versions.create(kind=kind, number=1, text=first_text(kind), change="The first version.", published_at=now)
