"""Pure functions on the Markdown of a document: fill in this portal's rules, and compare two texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from web.wording import part_in_words, spelled, weeks

_PLACE = re.compile(r"\{([a-z_]+)\}")

#: Lines of context around a change.
_CONTEXT = 1


def places() -> dict[str, str]:
    """Return the value of each name that may stand in braces, from the settings of this portal."""
    threshold = part_in_words(settings.VOTE_THRESHOLD)
    return {
        "voting_period": weeks(timedelta(hours=settings.VOTING_PERIOD_HOURS)),
        "threshold": threshold.capitalize(),
        "threshold_lower": threshold,
        "veto_window": spelled(timedelta(hours=settings.VETO_WINDOW_HOURS)),
    }


def filled(text: str) -> str:
    """Return `text` with `places` filled in; braces around anything else stay."""
    values = places()
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison. `sign` is ``+``, ``-``, ``…`` for lines left out, or empty for one that stayed."""

    sign: str
    text: str = ""


def differences(old: str, new: str) -> list[DiffLine]:
    """Return how `new` differs from `old`, with one line of context around each change; empty lines do not count."""
    lines = difflib.unified_diff(_lines(old), _lines(new), n=_CONTEXT, lineterm="")
    return list(_readable(list(lines)[2:]))


def _lines(text: str) -> list[str]:
    """Return the lines of a text without the empty ones, which only separate paragraphs."""
    return [line for line in text.splitlines() if line.strip()]


def _readable(lines: list[str]) -> Iterator[DiffLine]:
    for number, line in enumerate(lines):
        if line.startswith("@@"):
            if number:
                yield DiffLine("…")
        else:
            yield DiffLine(line[0].strip(), line[1:])
