"""Write the roster files of the Python Developer's Guide; `members.importing` reads them.

No header; name, GitHub name, notes (``Admin``, ``Release Manager``; comma separated); UTF-8.
Source: python/devguide, ``security/psrt.csv`` and ``security/psrt-emeritus.csv``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from members.people.models import Role, RoleKind
from web.csv_cells import csv_text

#: The roles that the files' notes name, in the order in which the files write them.
NOTED_ROLES = (RoleKind.ADMIN, RoleKind.RELEASE_MANAGER)


#: The note of somebody who has died; an import leaves it out, because two people's word says so in the portal.
IN_MEMORIAM = "In memoriam"


class Entry(Protocol):
    """One person as the files know them: an entry of the roster (`queries.roster.RosterEntry`)."""

    name: str
    github: str

    @property
    def current_roles(self) -> Sequence[Role]:
        """Return the roles held on the day of the roster."""

    @property
    def in_memoriam(self) -> bool:
        """Return whether the person has died."""

    @property
    def past_roles(self) -> Sequence[Role]:
        """Return the roles that had begun by that day, ended ones included."""


def _notes(entry: Entry, emeritus: bool) -> str:
    held = {role.kind for role in (entry.past_roles if emeritus else entry.current_roles)}
    notes = [str(kind.label) for kind in NOTED_ROLES if kind in held]
    return ", ".join([*notes, IN_MEMORIAM] if emeritus and entry.in_memoriam else notes)


#: The cells of a line, given an entry and whether the file is the one of emeritus. The first three are those of the
#: guide, in its order, because the team's bot reads them; a column of ours comes after them, and an import ignores it.
COLUMNS: tuple[Callable[[Entry, bool], str], ...] = (
    lambda entry, _emeritus: entry.name,
    lambda entry, _emeritus: entry.github,
    _notes,
)
#: How many columns the guide's files have.
GUIDE_COLUMNS = 3


def write(entries: Iterable[Entry], *, emeritus: bool) -> str:
    """Return the text of a file, a line an entry in the order given; the notes of emeritus are the roles they held."""
    return csv_text([column(entry, emeritus) for column in COLUMNS] for entry in entries)
