"""Names of weaknesses (cwe.mitre.org), from the small list in `cwe.json`; `cwe_refresh` writes it."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def names() -> Mapping[str, str]:
    """Return every weakness of the list that is not deprecated, by number: "CWE-835" to its name."""
    document = json.loads(resources.files("advisories.records").joinpath("cwe.json").read_text(encoding="utf-8"))
    by_number: dict[str, str] = document["names"]
    return by_number


def name_of(cwe_id: str) -> str | None:
    """Return the name; None for one that the list does not have: newer than it, deprecated, or not a weakness."""
    return names().get(cwe_id)
