"""Valid names and addresses: one function each, used by forms, imports and verbs alike."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from web.csv_cells import is_formula

NAME_MOST = 200
"""The longest name of a person, in characters."""
#: GitHub: at most 39 letters, digits and hyphens; a hyphen stands between two others (docs.github.com, "username").
GITHUB_NAME_MOST = 39
_GITHUB_NAME = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
_web_address = URLValidator(schemes=["https", "http"])


def is_name(text: str) -> bool:
    """Return whether `text` can be a person's name: printable, not too long, and no formula in a roster file."""
    return len(text) <= NAME_MOST and text.isprintable() and not is_formula(text)


def is_github_name(text: str) -> bool:
    """Return whether GitHub would give an account this name."""
    return len(text) <= GITHUB_NAME_MOST and _GITHUB_NAME.fullmatch(text) is not None


def is_web_address(text: str) -> bool:
    """Return whether `text` is an absolute address that a browser opens with http or https."""
    try:
        _web_address(text)
    except ValidationError:
        return False
    return True
