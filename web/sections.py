"""Parts of a page that other apps contribute: an app that owns a page knows the places, the apps above fill them.

An upper app registers a source for a page in `AppConfig.ready`. The page's template walks through the sections of each
of its places and includes each section's template with its context, as ``section``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of a page that an app contributes."""

    place: str
    """The part of the page, such as ``aside``; the page's module lists its places."""
    position: int
    """Sections of one place stand in this order."""
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


#: Given what the page is about, the actor who reads it, and the present moment.
SectionSource = Callable[[Any, Any, datetime], Iterable[Section]]
_sources: dict[str, list[SectionSource]] = defaultdict(list)
_joined: dict[str, set[str]] = defaultdict(set)


def register(page: str, source: SectionSource, *, joined: str = "") -> None:
    """Add a source to the page with the URL name `page`, such as ``people:record``.

    `joined` names a relation of the page's person that the source reads, so that the page can read both in one query.
    """
    if source not in _sources[page]:
        _sources[page].append(source)
    if joined:
        _joined[page].add(joined)


def joined_to(page: str) -> set[str]:
    """Return the relations that the sources of a page read, for ``select_related``."""
    return _joined.get(page, set())


def sections_of(page: str, subject: Any, actor: Any, now: datetime) -> dict[str, list[Section]]:
    """Return the sections of a page by place, each place in order of position."""
    by_place = defaultdict(list)
    for source in _sources.get(page, []):
        for section in source(subject, actor, now):
            by_place[section.place].append(section)
    return {place: sorted(sections, key=lambda section: section.position) for place, sections in by_place.items()}
