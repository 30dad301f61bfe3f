"""The page of all areas that admins manage: what each is for, and how things stand there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.people.models import Person
from web import areas
from web.areas import Values
from web.waiting import Area, Columns


@dataclass(frozen=True)
class AreaGroup:
    """Areas that belong together."""

    title: str
    rows: list[Area]


def values_for(person: Person, columns: Columns) -> Values:
    """Return the values of `columns` on the row of the reader. One query."""
    return Person.objects.filter(pk=person.pk).values(**columns).get()


def groups(person: Person, now: datetime) -> list[AreaGroup]:
    """Return every area, with how things stand, for an admin. Two queries."""
    sources = areas.registered()
    values = values_for(person, areas.columns_of(sources, now))
    rows: dict[str, list[Area]] = {}
    for source in sources:
        rows.setdefault(source.group, []).append(source.area(values, now))
    return [AreaGroup(title, of_group) for title, of_group in rows.items()]
