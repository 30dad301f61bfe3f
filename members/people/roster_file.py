"""Read and write the roster files of the Python Developer's Guide, strictly.

No header; name, GitHub name, notes (``Admin``, ``Release Manager``; comma separated); UTF-8.
Source: python/devguide, ``security/psrt.csv`` and ``security/psrt-emeritus.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from members.people.models import Role, RoleKind
from web.csv_cells import csv_text
from web.validity import NAME_MOST, as_line, is_github_name, is_name

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


_ROLE_OF = {str(kind.label): kind for kind in NOTED_ROLES}


class RosterError(Exception):
    """Files that cannot be imported; `faults` has one sentence a fault: file, line, reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class RosterRow:
    """One line of a roster file."""

    source: str
    line: int
    name: str
    github: str
    roles: tuple[RoleKind, ...]
    emeritus: bool

    def fault(self, reason: str) -> str:
        """Return a sentence that names file, line and reason."""
        return f"{self.source}:{self.line}: {reason}"


def read(path: Path, *, emeritus: bool) -> list[RosterRow]:
    """Return every row of one file. Raises `RosterError` with every fault in it, `OSError` if unreadable."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RosterError([f"{path}:{line}: this is not UTF-8; save the file as UTF-8."]) from error
    rows, faults = [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in filter(None, reader):  # an empty line says nothing
            try:
                rows.append(_row(str(path), reader.line_num, cells, emeritus=emeritus))
            except ValueError as error:
                faults.append(f"{path}:{reader.line_num}: {error}")
    except csv.Error as error:
        faults.append(f"{path}:{reader.line_num}: {error}.")
    if not rows and not faults:
        faults.append(f"{path}:1: the file is empty.")
    if faults:
        raise RosterError(faults)
    return rows


def _row(source: str, line: int, cells: list[str], *, emeritus: bool) -> RosterRow:
    if len(cells) not in {GUIDE_COLUMNS, len(COLUMNS)}:
        raise ValueError(f"three columns are wanted (name, GitHub name, notes), not {len(cells)}.")
    name, github, notes = (as_line(cell) for cell in cells[:GUIDE_COLUMNS])
    if not name:
        raise ValueError("the name is missing.")
    if len(name) > NAME_MOST:
        raise ValueError(f"the name is longer than {NAME_MOST} characters.")
    if not is_name(name):
        raise ValueError("the name has a character that no name has.")
    if github and not is_github_name(github):
        raise ValueError(f"{github!r} is no GitHub name.")
    roles = []
    silent = {IN_MEMORIAM, ""} if emeritus else {""}
    for note in (part.strip() for part in notes.split(",") if part.strip() not in silent):
        if note not in _ROLE_OF:
            raise ValueError(f"the note {note!r} is not known; {' and '.join(_ROLE_OF)} are.")
        roles.append(_ROLE_OF[note])
    return RosterRow(source, line, name, github, tuple(roles), emeritus)


def check_distinct(rows: Iterable[RosterRow]) -> None:
    """Raise `RosterError` when two rows, of one file or of two, are about the same person."""
    rows_by_key: dict[str, RosterRow] = {}
    faults = []
    for row in rows:
        key = f"@{row.github.lower()}" if row.github else row.name
        first = rows_by_key.setdefault(key, row)
        if first is not row:
            faults.append(row.fault(f"{row.name} stands in {first.source} line {first.line} already."))
    if faults:
        raise RosterError(faults)


def write(entries: Iterable[Entry], *, emeritus: bool) -> str:
    """Return the text of a file, a line an entry in the order given; the notes of emeritus are the roles they held."""
    return csv_text([column(entry, emeritus) for column in COLUMNS] for entry in entries)
