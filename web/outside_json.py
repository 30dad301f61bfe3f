"""JSON from outside: refused when it is nested so deep that reading it would exhaust the stack of the interpreter."""

from __future__ import annotations

import json
import re
from typing import Any

# The deepest document that the portal reads, an OSV record, has 9 levels.
MOST_LEVELS = 100
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[{}\]]")


class TooDeepError(ValueError):
    """A document has more than `MOST_LEVELS` arrays and objects inside one another."""


def read(text: str, **options: Any) -> Any:
    """Return the value of a JSON document; `options` are those of `json.loads`.

    Raises `TooDeepError`, or `json.JSONDecodeError` for what is not JSON. A `RecursionError` would
    come too late: whatever the interpreter ends at that depth (files, connections) is ended halfway.
    """
    levels = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        levels += 1 if bracket.group() in "[{" else -1
        if levels > MOST_LEVELS:
            raise TooDeepError("is nested too deep")
    return json.loads(text, **options)
