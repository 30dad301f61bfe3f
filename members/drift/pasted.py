"""Read a list that somebody has pasted or uploaded: one address or name a line, or CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from members.channels.connectors import Account
from web.csv_cells import cells_of
from web.validity import as_line, obstacle_to_line

MAX_LINES = 5000


_MAX_LENGTH = 254


_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


#: What the first row of an exported table may say, in lower case, by what the column has.
_TITLES: Mapping[str, str] = {
    **dict.fromkeys(("address", "e-mail", "email", "email address", "e-mail address", "mail", "subscriber"), "address"),
    **dict.fromkeys(("login", "username", "user", "handle", "account", "github", "github name"), "login"),
    **dict.fromkeys(("name", "display name", "display_name", "full name", "real name", "member"), "name"),
}
#: The columns that say whose a row is, the surest first.
_IDENTIFYING = ("address", "login", "name")


@dataclass
class Pasted:
    """The accounts of a list, and what could not be read, as sentences that name the line."""

    accounts: list[Account] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(text: str) -> Pasted:
    """Return the accounts of a list, each once.

    Empty lines, lines that begin with ``#`` and a row of titles are left out. Titles say which columns are read;
    without them it is the cell with an address, or the first one, and the next as its name. A row with several
    addresses is several accounts.
    """
    pasted, found = Pasted(), dict[str, Account]()
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        return Pasted(faults=[f"It has more than {MAX_LINES} lines."])
    titles: Sequence[str] | None = None
    for number, line in enumerate(lines, start=1):
        try:
            cells = [cell.strip() for cell in cells_of(line)]
        except ValueError as error:
            pasted.faults.append(f"Line {number}: {error}")
            continue
        if not cells:
            continue
        if titles is None and (titles := _titles(cells)):
            continue
        for main, name in _pairs(cells, titles):
            account, fault = _account(main, name)
            if fault:
                pasted.faults.append(f"Line {number}: {fault}")
            else:
                found.setdefault(account.identifier, account)
    pasted.accounts = list(found.values())
    return pasted


def _titles(cells: Sequence[str]) -> Sequence[str]:
    """Return what each column has if a row is one of titles, "" for what nobody asks; nothing for any other row.

    One known title is enough where there is no other column: next to another word it may be somebody's name.
    """
    meant = [_TITLES.get(cell.casefold(), "") for cell in cells]
    written = [cell for cell in cells if cell]
    return meant if sum(map(bool, meant)) in {len(written), 2, 3} else ()


def _pairs(cells: Sequence[str], titles: Sequence[str] | None) -> list[tuple[str, str]]:
    """Return, for each account of a row, the cell that says whose it is, and the cell with its name."""
    if titles:
        named = {title: cell for title, cell in zip(titles, cells, strict=False) if title and cell}
        main = next((named[title] for title in _IDENTIFYING if title in named), "")
        return [(main, named.get("name", "") if main != named.get("name") else "")] if main else []
    cells = [cell for cell in cells if cell]
    addresses = [cell for cell in cells if "@" in cell]
    if len(addresses) > 1:
        return [(cell, "") for cell in addresses]
    main = next(iter(addresses), cells[0])
    return [(main, next((cell for cell in cells if cell is not main), ""))]


def _account(main: str, name: str) -> tuple[Account, str]:
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
