"""CSV files that a spreadsheet can open without running anything, and lines of CSV that people paste."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable

#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"; it names these seven).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Plain, and the ones that pages and word processors put in their place; not the tab, which separates.
_SPACES = " \u00a0\u2007\u202f\u3000"

_FIRST_SEPARATOR = re.compile(r'\s*(?:"(?:[^"]|"")*"|[^\t;,"]*)\s*([\t;,])')
#: Say why a line cannot be read.
OPEN_QUOTE = "It has a quotation mark without its second."
TOO_LONG = "It is longer than any line of a list."
#: Excel may write the separator into a line of its own.
_SEPARATOR_LINE = re.compile(r"sep=.")


def cells_of(line: str) -> list[str]:
    """Return the cells of one pasted line; empty for one that says nothing: a comment, or separators alone.

    The separator is the first comma, semicolon or tab outside of quotation marks. Raises `ValueError`, with
    a sentence, for a quotation mark without its second and for a cell longer than any.
    """
    line = line.lstrip("\ufeff").strip(_SPACES)
    if not line.strip("\t;," + _SPACES) or line.startswith("#") or _SEPARATOR_LINE.fullmatch(line):
        return []
    match = _FIRST_SEPARATOR.match(line)
    if len(line) > csv.field_size_limit():
        raise ValueError(TOO_LONG)
    reader = csv.reader([line], delimiter=match[1] if match else ",", skipinitialspace=True, strict=True)
    try:
        return next(reader)
    except csv.Error as error:
        raise ValueError(OPEN_QUOTE) from error


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
