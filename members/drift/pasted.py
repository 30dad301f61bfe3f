"""Read a list that somebody has pasted or uploaded: one address or name a line, or CSV."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from email.utils import parseaddr

from members.channels.connectors import Account
from web.validity import as_line, obstacle_to_line

MAX_LINES = 5000


_MAX_LENGTH = 254


_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


#: What the first row of an exported table may say.
_TITLES = {"address", "e-mail", "email", "email address", "e-mail address", "name", "display name", "member"}


@dataclass
class Pasted:
    """The accounts of a list, and what could not be read, as sentences that name the line."""

    accounts: list[Account] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(text: str) -> Pasted:
    """Return the accounts of a list, each once.

    Empty lines, lines that begin with ``#`` and a row of titles are left out.
    """
    pasted, identifiers = Pasted(), set[str]()
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        return Pasted(faults=[f"It has more than {MAX_LINES} lines."])
    for number, line in enumerate(lines, start=1):
        cells = _cells(line)
        if (
            not cells
            or cells[0].startswith("#")
            or (not identifiers and {cell.casefold() for cell in cells} <= _TITLES)
        ):
            continue
        account, fault = _account(cells)
        if fault:
            pasted.faults.append(f"Line {number}: {fault}")
        elif account.identifier not in identifiers:
            identifiers.add(account.identifier)
            pasted.accounts.append(account)
    return pasted


def _cells(line: str) -> list[str]:
    line = line.strip().lstrip("\ufeff")
    delimiter = next((sign for sign in "\t;," if sign in line), ",")
    try:
        row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        row = [line]
    return [cell.strip() for cell in row if cell.strip()]


def _account(cells: list[str]) -> tuple[Account, str]:
    """Return the account of a row, or a fault: the cell with an address, else the first; the next cell is its name."""
    main = next((cell for cell in cells if "@" in cell), cells[0])
    name = next((cell for cell in cells if cell is not main), "")
    if "<" in main:
        written, address = parseaddr(main)
        main, name = address or main, written or name
    if len(main) > _MAX_LENGTH or len(name) > _MAX_LENGTH:
        return Account(""), f"more than {_MAX_LENGTH} characters."
    if "@" in main and not _ADDRESS.fullmatch(main):
        return Account(""), f"“{main}” is not an address."
    main, name = as_line(main), as_line(name)
    if obstacle_to_line(main) or obstacle_to_line(name):
        return Account(""), "it holds characters that are not text."
    return Account(main.lower(), name or ("" if "@" in main else main)), ""
