"""Read a pasted or uploaded list of people: addresses, days, roles and what they rest on.

Separators are commas, semicolons or tabs, as spreadsheets and services write them. A first row of titles gives the
order of the columns; without one they stand in the order of `COLUMNS`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr

from members.people.models import Precision
from web.csv_cells import cells_of
from web.validity import as_line, obstacle_to_line

#: The columns of a list without titles. The last one takes the rest of its line.
COLUMNS = ("github", "email", "since", "role", "authority", "evidence")
#: A team has a few dozen people. Saving a line takes twenty statements, and a request has eight seconds for all.
MOST_LINES = 50
#: The longest cell, in characters, as the records keep it.
MOST_CHARACTERS = 300
#: The titles that mean a column, in lower case: ours, GitHub's export of an organisation's people, Mailman's of a list.
_TITLES = {
    "github": "github", "github name": "github", "github username": "github", "github account": "github",
    "login": "github", "username": "github", "handle": "github",
    "address": "email", "email": "email", "e-mail": "email", "mail": "email", "email address": "email",
    "e-mail address": "email", "subscriber": "email",
    "since": "since", "from": "since", "member since": "since", "joined": "since", "start date": "since",
    "role": "role", "roles": "role", "notes": "role",
    "authority": "authority", "source": "authority", "decision": "authority", "link": "authority",
    "how it is known": "evidence", "evidence": "evidence", "how known": "evidence", "known from": "evidence",
    "name": "name", "display name": "name", "display_name": "name", "full name": "name", "person": "name",
    "member": "name",
}  # fmt: skip
#: Titles of GitHub's export and of Mailman's that say nothing here.
_IGNORED = frozenset({
    "tfa_enabled", "is_public", "updated_at", "last_active", "saml_name_id", "two factor", "id",
    "delivery_mode", "subscription_mode",
})  # fmt: skip
#: A row of titles has so many that are known; next to one, other words may be somebody's name.
_LEAST_TITLES = 2
#: The names of the columns in sentences.
_LABELS = {
    "github": "GitHub name", "email": "address", "since": "since", "role": "role", "authority": "authority",
    "evidence": "how it is known", "name": "name",
}  # fmt: skip
_TITLES_HELP = f"Leave the column out, or call it one of: {', '.join(_LABELS.values())}."
#: Before this year there was no Python to keep safe.
FIRST_YEAR = 1990


@dataclass(frozen=True)
class ListLine:
    """One line of a list; a part that is missing is empty."""

    number: int
    """Of the line in the text, from 1."""
    github: str = ""
    email: str = ""
    since: str = ""
    role: str = ""
    authority: str = ""
    evidence: str = ""
    name: str = ""
    fault: str = ""
    """Why the line cannot be read, as a sentence that names the column."""

    @property
    def written(self) -> str:
        """Return what the line says about who is meant: GitHub name, name or address."""
        return self.github or self.name or self.email


def read(text: str) -> list[ListLine]:
    """Return the lines that say something, in order; empty ones, comments and a row of titles are left out."""
    lines: list[ListLine] = []
    columns: Sequence[str] | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        try:
            cells = [as_line(cell) for cell in cells_of(raw)]
        except ValueError as error:
            lines.append(ListLine(number, name=as_line(raw[:40]), fault=str(error)))
            continue
        if not cells:
            continue
        titles = _titles(cells) if columns is None else None
        if titles is None:
            lines.append(_line(number, cells, columns))
        elif unknown := _unknown(cells):
            lines.append(ListLine(number, name=unknown, fault=f"The title “{unknown}” is not known. {_TITLES_HELP}"))
        columns = columns or titles or ()
    return lines


def keep(text: str, numbers: Collection[int]) -> str:
    """Return the lines of `text` with these numbers, and its row of titles; nothing when none of them is there."""
    others = {line.number for line in read(text)} - set(numbers)
    kept = [row for number, row in enumerate(text.splitlines(), start=1) if number not in others and row.strip()]
    return "\n".join(kept) if numbers else ""


def _titles(cells: Sequence[str]) -> list[str] | None:
    """Return the columns that a row of titles names, "" for one that says nothing here; None for any other row."""
    names = [_TITLES.get(cell.casefold(), "") for cell in cells]
    return names if not _unknown(cells) or sum(map(bool, names)) >= _LEAST_TITLES else None


def _unknown(cells: Sequence[str]) -> str:
    """Return the first cell that is no title; a column would be left out without a word. Empty if there is none."""
    titles = (*_TITLES, *_IGNORED, "")
    return next((cell for cell in cells if cell.casefold() not in titles), "")


def _line(number: int, cells: Sequence[str], columns: Sequence[str] | None) -> ListLine:
    last = len(COLUMNS) - 1
    if columns:
        pairs = list(zip(columns, cells, strict=False))
        over = any(cells[len(columns) :])
    else:
        rest = ", ".join(cell for cell in cells[last:] if cell)
        pairs, over = list(zip(COLUMNS, [*cells[:last], rest], strict=False)), False
    values = {name: cell for name, cell in reversed(pairs) if name}
    fault = _fault(values)
    if over:
        fault = f"It has {len(cells)} cells; the titles name {len(columns or ())} columns."
    return ListLine(number, **_with_address(values), fault=fault)


def _fault(values: dict[str, str]) -> str:
    for column, cell in values.items():
        if len(cell) > MOST_CHARACTERS:
            return f"The column {_LABELS[column]} has more than {MOST_CHARACTERS} characters."
        if obstacle := obstacle_to_line(cell):
            return f"The column {_LABELS[column]}: {obstacle}"
    return ""


def _with_address(values: dict[str, str]) -> dict[str, str]:
    """Return the values with an address in its own column: Mailman writes ``Name <address>``, or an address alone."""
    for column in ("github", "name", "email"):
        cell = values.get(column, "")
        if "@" not in cell.lstrip("@") or (column != "email" and values.get("email")):
            continue
        name, address = parseaddr(cell)
        if address:
            values = {**values, column: "", "email": address, "name": values.get("name", "") or name}
            if column == "name":
                values["name"] = name
    return {**values, "github": values.get("github", "").removeprefix("@")}


# -- days ---------------------------------------------------------------------------------------------------

_ABOUT = re.compile(r"(?:about|around|ca\.?|c\.|circa|~)\s*(\d{4})", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?(?:[T ]\d{2}:\d{2}.*)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_WRITTEN = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y")
_WRITTEN_MONTH = ("%B %Y", "%b %Y")
#: Says how a day is written.
HOW_TO_WRITE = "Write 2024-02-12, 2024-02, 2024 or about 2009."


def read_day(text: str, today: date) -> tuple[date, Precision] | None:
    """Return a day as well as it is known, stored as `Period` does; None for an empty cell or an unknown one.

    Raises `ValueError` with a sentence for what is no day, could be two, or lies in the future of `today` (UTC).
    """
    if text.casefold() in {"", "-", "?", "unknown", "date unknown"}:
        return None
    found = _day(text)
    if found is None:
        hint = " Day and month could be swapped." if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}", text) else ""
        raise ValueError(f"“{text}” is not a day that can be read.{hint} {HOW_TO_WRITE}")
    if found[0] > today:
        raise ValueError(f"“{text}” is in the future.")
    if found[0].year < FIRST_YEAR:
        raise ValueError(f"“{text}” is before {FIRST_YEAR}, when there was no Python yet.")
    return found


def _day(text: str) -> tuple[date, Precision] | None:
    if match := _ABOUT.fullmatch(text):
        return _made(int(match[1]), 1, 1, Precision.ABOUT)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups(default="")
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        return _made(int(year), int(month or 1), int(day or 1), precision)
    if match := _DOTTED.fullmatch(text):
        return _made(int(match[3]), int(match[2]), int(match[1]), Precision.DAY)
    for formats, precision in ((_WRITTEN, Precision.DAY), (_WRITTEN_MONTH, Precision.MONTH)):
        for written in formats:
            try:
                return datetime.strptime(text, written).date(), precision  # noqa: DTZ007  a calendar day
            except ValueError:
                continue
    return None


def _made(year: int, month: int, day: int, precision: Precision) -> tuple[date, Precision] | None:
    try:
        return date(year, month, day), precision
    except ValueError:
        return None
