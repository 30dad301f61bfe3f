"""No cell of a file that the portal writes is run by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from web.csv_cells import csv_text, for_spreadsheets, is_formula, plain_cell

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rest", ["", "1+1", "cmd|' /C calc'!A0"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str, rest: str) -> None:
    assert is_formula(start + rest)
    assert plain_cell(start + rest) == f"'{start}{rest}"


@pytest.mark.parametrize("cell", ["", "Ada Lorem", "1+1", "a=b", "Ø", "'=1+1", " =1", "octo-cat", "a\tb"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert not is_formula(cell)
    assert plain_cell(cell) == cell


def test_every_cell_of_a_file_is_guarded_in_every_column() -> None:
    cells = [f"{start}1" for start in STARTS]
    text = csv_text([cells, cells[::-1]])
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [[f"'{cell}" for cell in cells], [f"'{cell}" for cell in reversed(cells)]]


def test_a_file_has_one_line_a_row_and_quotes_only_where_it_must() -> None:
    assert csv_text([["Ada", "ada", "Admin, Other"], ['A “B” "C"', "", ""]]) == (
        'Ada,ada,"Admin, Other"\n"A “B” ""C""",,\n'
    )
    assert csv_text([]) == ""


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_cell_of_several_lines_begins_no_row(end: str) -> None:
    text = csv_text([["still here", f"yes{end}=cmd()", "x"]])
    assert text == f'still here,"yes{end}=cmd()",x\n'
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["still here", f"yes{end}=cmd()", "x"]]


def test_a_file_for_spreadsheets_says_that_it_is_utf_8() -> None:
    assert for_spreadsheets("Łukasz\n") == b"\xef\xbb\xbf\xc5\x81ukasz\n"
