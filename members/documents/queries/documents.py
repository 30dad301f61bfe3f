"""The pages that are kept in the portal, as people read them: with this portal's rules filled in, and compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from members.documents.models import DocumentKind, DocumentVersion
from web.wording import part_in_words, spelled, weeks

_PLACE = re.compile(r"\{([a-z_]+)\}")


#: Lines around a change that are shown with it.
_AROUND = 1


def places() -> dict[str, str]:
    """What the names in braces stand for on this portal."""
    threshold = part_in_words(settings.VOTE_THRESHOLD)
    return {
        "voting_period": weeks(timedelta(hours=settings.VOTING_PERIOD_HOURS)),
        "threshold": threshold.capitalize(),
        "threshold_lower": threshold,
        "veto_window": spelled(timedelta(hours=settings.VETO_WINDOW_HOURS)),
    }


def filled(text: str) -> str:
    """`text` with `places` filled in; braces around anything else stay."""
    known = places()
    return _PLACE.sub(lambda place: known.get(place[1], place[0]), text)


def current(kind: DocumentKind) -> DocumentVersion:
    """The version that holds. One query."""
    return DocumentVersion.objects.current(kind)


def before(version: DocumentVersion) -> DocumentVersion | None:
    """The version that this one took the place of."""
    return DocumentVersion.objects.newest_first(DocumentKind(version.kind)).filter(number__lt=version.number).first()


@dataclass(frozen=True)
class Line:
    """One line of a comparison. `sign` is ``+``, ``-``, ``…`` for lines left out, or empty for one that stayed."""

    sign: str
    text: str = ""


def differences(old: str, new: str) -> list[Line]:
    """How `new` differs from `old`, with one line of what stayed around each change; empty when nothing does."""
    lines = difflib.unified_diff(_lines(old), _lines(new), n=_AROUND, lineterm="")
    return list(_readable(list(lines)[2:]))


def _lines(text: str) -> list[str]:
    """Without the empty ones: they part paragraphs and say nothing."""
    return [line for line in text.splitlines() if line.strip()]


def _readable(lines: list[str]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        if line.startswith("@@"):
            if number:
                yield Line("…")
        else:
            yield Line(line[0].strip(), line[1:])
