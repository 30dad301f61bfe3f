"""Read the roster files of the Python Developer's Guide, strictly, as people and spreadsheets save them.

No header; name, GitHub name, notes (``Admin``, ``Release Manager``; comma separated); UTF-8.
Source: python/devguide, ``security/psrt.csv`` and ``security/psrt-emeritus.csv``.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from members.people import roster_file
from members.people.models import RoleKind
from members.people.roster_file import GUIDE_COLUMNS, NOTED_ROLES
from web.csv_cells import is_formula
from web.validity import as_line, valid_github_name, valid_name

CellT = TypeVar("CellT")
_ROLE_OF = {str(kind.label): kind for kind in NOTED_ROLES}
_TITLES = ("name", "GitHub name", "notes")
#: What may stand between the columns; spreadsheets write the second where a comma is the decimal sign.
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


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

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.source}:{self.line}"

    def fault(self, reason: str) -> str:
        """Return a sentence that names file, line and reason."""
        return f"{self.place}: {reason}"


def read(path: Path, *, emeritus: bool) -> list[RosterRow]:
    """Return every row of one file. Raises `RosterError` with every fault in it, `OSError` if unreadable.

    A byte order mark, titles and empty rows are left out; commas, semicolons or tabs separate the columns, the same
    ones in the whole file. Only the list of emeritus may be empty.
    """
    source = str(path)
    text = _decoded(source, path.read_bytes())
    separator = _separator(text)
    rows, faults = list[RosterRow](), list[str]()
    for number, (line, cells) in enumerate(_records(source, text, separator, faults)):
        try:
            if not (number == 0 and _are_titles(cells)):
                rows.append(_row(source, line, cells, separator, emeritus=emeritus))
        except ValueError as error:
            faults.append(f"{source}:{line}: {error}")
    if not rows and not faults and not emeritus:
        faults.append(f"{source}:1: The file is empty.")
    if faults:
        raise RosterError(faults)
    return rows


def _decoded(source: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RosterError([f"{source}:1: This is UTF-16. Save the file as UTF-8; Excel calls that “CSV UTF-8”."])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A line feed or a carriage return is one byte in every encoding that a spreadsheet writes besides UTF-16.
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1
        sentence = "This is not UTF-8. Save the file as UTF-8; Excel calls that “CSV UTF-8”."
        raise RosterError([f"{source}:{line}: character {column}: {sentence}"]) from error


def _separator(text: str) -> str:
    """Return what separates the columns: of the first line, what makes three of it; a comma where nothing does."""
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    for separator in _SEPARATORS:
        if _width(next(csv.reader([first], delimiter=separator), [])) in {GUIDE_COLUMNS, len(roster_file.COLUMNS)}:
            return separator
    return ","


def _width(cells: list[str]) -> int:
    """Return how many columns there are; empty ones beyond the guide's are what a spreadsheet adds."""
    used = [number for number, cell in enumerate(cells, start=1) if cell.strip()]
    return len(cells) if len(cells) <= GUIDE_COLUMNS else max(GUIDE_COLUMNS, *used, 0)


def _records(source: str, text: str, separator: str, faults: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which a record begins, and its cells; a record that cannot be read is added to `faults`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.append(f"{source}:{line}: {str(error).capitalize()}. Look at the quotation marks.")
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _are_titles(cells: list[str]) -> bool:
    return cells[0].strip().casefold() == "name" and cells[-1].strip().casefold() in {"notes", "roles", "role"}


def _row(source: str, line: int, cells: list[str], separator: str, *, emeritus: bool) -> RosterRow:
    if _width(cells) not in {GUIDE_COLUMNS, len(roster_file.COLUMNS)}:
        raise ValueError(
            f"Three columns are wanted ({', '.join(_TITLES)}), with {_SEPARATORS[separator]} between them as in the "
            f"first line. Here are {len(cells)}."
        )
    name, github, notes = cells[:GUIDE_COLUMNS]
    return RosterRow(
        source,
        line,
        _cell(0, valid_name, name),
        _cell(1, valid_github_name, _typed(github)),
        _cell(2, _roles_of_emeritus if emeritus else _roles, notes),
        emeritus,
    )


def _cell(column: int, function: Callable[[str], CellT], cell: str) -> CellT:
    """Return the value of a cell. Raises `ValueError` with a sentence that names the column."""
    try:
        return function(cell)
    except ValueError as error:
        raise ValueError(f"column {column + 1} ({_TITLES[column]}): {error}") from error


def _typed(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it (`web.csv_cells.plain_cell`)."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def _roles_of_emeritus(notes: str) -> tuple[RoleKind, ...]:
    """Return the roles; that somebody has died is left out, because two people's word says so in the portal."""
    parts = as_line(notes).split(",")
    return _roles(",".join(part for part in parts if part.strip() != roster_file.IN_MEMORIAM))


def _roles(notes: str) -> tuple[RoleKind, ...]:
    roles = []
    for note in filter(None, (part.strip() for part in as_line(notes).split(","))):
        if note not in _ROLE_OF:
            raise ValueError(f"The note {note!r} is not known; {' and '.join(_ROLE_OF)} are.")
        roles.append(_ROLE_OF[note])
    return tuple(roles)
