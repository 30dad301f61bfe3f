"""CSV files that a spreadsheet can open without running anything."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable

#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"; it names these seven).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would run `cell`."""
    return cell.startswith(_FORMULA_STARTS)


def plain_cell(cell: str) -> str:
    """Return `cell` with an apostrophe in front if a spreadsheet would run it."""
    return f"'{cell}" if is_formula(cell) else cell


def for_spreadsheets(text: str) -> bytes:
    """Return the content of a CSV file that people download and open in a spreadsheet.

    It begins with a byte order mark, without which Excel takes UTF-8 for the code page of the country. Files that
    programs read, such as the roster's, have none: it would become a part of the first cell.
    """
    return codecs.BOM_UTF8 + text.encode()


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Return the text of a CSV file with one line a row, ended by a line feed; no cell is a formula."""
    return "".join(_line([plain_cell(cell) for cell in row]) for row in rows)


def _line(cells: list[str]) -> str:
    # csv quotes the characters of its line terminator only (Python 3.11). With "\n" alone a carriage return would stay
    # bare, and a spreadsheet would begin a row, and a formula, in the middle of a cell.
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"
