"""The time zones that somebody may choose: each once, by the name that the IANA database has for its place.

Source: ``zone.tab`` and ``tzdata.zi`` of the package tzdata. ``zoneinfo.available_timezones()`` has old names and
doubles as well: America/Indianapolis beside America/Indiana/Indianapolis, Asia/Calcutta beside Asia/Kolkata.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


def _lines(name: str) -> list[list[str]]:
    """Return the lines of a file of the database without its comments, split into their parts."""
    text = resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@cache
def places() -> frozenset[str]:
    """Return the names of zones with a place, such as ``Europe/Berlin``, each zone of each country once."""
    return frozenset(parts[2] for parts in _lines("zone.tab"))


@cache
def _targets() -> dict[str, str]:
    """Return, for each other name of a zone, the name that it stands for."""
    return {parts[2]: parts[1] for parts in _lines("tzdata.zi") if parts[0] == "L"}


def canonical(name: str) -> str:
    """Return the name under which a zone can be chosen; UTC for one that is no place."""
    if name in places():
        return name
    target = _targets().get(name, "")
    return target if target in places() else "UTC"
