"""The numbers by which people tell votes apart, such as N-482.

They are drawn and not counted. Somebody who may know of some nominations only, such as the Steering Council of those
that passed, would otherwise learn from the gaps how many others there are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from itertools import count

#: Few enough to be said aloud.
_DIGITS = 3


def draw(taken: Collection[int]) -> int:
    """Return a number that is not in `taken`, by chance: of three digits while half of them are free, then of four."""
    for digits in count(_DIGITS):
        all_of_length = range(10 ** (digits - 1), 10**digits)
        free = [number for number in all_of_length if number not in taken]
        if 2 * len(free) > len(all_of_length):
            break
    return secrets.choice(free)


def shown(number: int) -> str:
    """Return a number as people read it: ``N-482``."""
    return f"N-{number}"


def read(typed: str) -> int | None:
    """Return the number that somebody typed with or without its letter and hyphen; None for anything else."""
    found = re.fullmatch(r"(?:N\W?)?([1-9][0-9]{2,8})", typed.strip(), re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else None
