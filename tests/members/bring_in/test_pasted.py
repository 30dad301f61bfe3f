"""Lists as people paste them, and as Excel, Numbers, GitHub and Mailman write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.bring_in.pasted import COLUMNS, ListLine, keep, read, read_day
from members.people.models import Precision
from web.validity import HIDDEN

TODAY = date(2026, 11, 30)
HANA = ListLine(1, github="hana", email="hana@example.net", since="2024-02-12", role="Release Manager")


@pytest.mark.parametrize(
    "text",
    [
        "hana, hana@example.net, 2024-02-12, Release Manager",
        "@hana,hana@example.net,2024-02-12,Release Manager,,\r\n",
        "\ufeffhana;hana@example.net;2024-02-12;Release Manager",
        "hana\thana@example.net\t2024-02-12\tRelease Manager",
        '"hana","hana@example.net","2024-02-12","Release Manager"',
        "hana, <hana@example.net>, 2024-02-12, Release Manager",
        "  hana ,\u00a0hana@example.net , 2024-02-12, Release Manager  ",
    ],
)
def test_commas_semicolons_tabs_quotes_and_a_mark_of_excel_read_the_same(text: str) -> None:
    assert read(text) == [HANA]


def test_lines_keep_their_numbers_and_empty_ones_and_comments_are_left_out() -> None:
    text = "\n# the team\n;;;\nhana\n\ngita;g@example.net"
    assert read(text) == [ListLine(4, github="hana"), ListLine(6, github="gita", email="g@example.net")]


def test_the_last_column_takes_the_rest_of_the_line() -> None:
    (line,) = read("hana, hana@example.net, 2024, , , mailing list, since 2019, under this address")
    assert line.evidence == "mailing list, since 2019, under this address"


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("GitHub name;E-mail address;Since;Role", "hana;hana@example.net;2024-02-12;Release Manager"),
        ("Role,Joined,Email,Login", "Release Manager,2024-02-12,hana@example.net,hana"),
        ("sep=;\nlogin;email;member since;notes", "hana;hana@example.net;2024-02-12;Release Manager"),
    ],
)
def test_a_row_of_titles_gives_the_order(titles: str, row: str) -> None:
    (line,) = read(f"{titles}\n{row}")
    assert (line.github, line.email, line.since, line.role) == (HANA.github, HANA.email, HANA.since, HANA.role)


def test_githubs_export_of_people_is_read_by_its_titles() -> None:
    titles = "login,name,tfa_enabled,is_public,updated_at,last_active,role,saml_name_id"
    (line,) = read(f"{titles}\nhana,Hana One,true,false,2026-01-01,2026-01-02,Admin,")
    assert line == ListLine(2, github="hana", name="Hana One", role="Admin")


def test_mailmans_members_have_a_name_and_an_address_or_an_address_alone() -> None:
    assert read("Hana One <hana@example.net>\ngita@example.net") == [
        ListLine(1, email="hana@example.net", name="Hana One"),
        ListLine(2, email="gita@example.net"),
    ]
    assert read("Display Name,Address\nHana One,hana@example.net") == [
        ListLine(2, email="hana@example.net", name="Hana One")
    ]
    assert read("display_name,email,delivery_mode\nHana One,hana@example.net,regular") == [
        ListLine(2, email="hana@example.net", name="Hana One")
    ]


def test_a_column_with_an_unknown_title_is_named_and_the_others_are_read() -> None:
    first, second = read("GitHub name,Address,Joined on\nhana,hana@example.net,2024")
    assert (first.number, first.written) == (1, "Joined on")
    assert first.fault.startswith("The title “Joined on” is not known. Leave the column out, or call it one of: ")
    assert second == ListLine(2, github="hana", email="hana@example.net")
    assert read("login,Lorem") == [ListLine(1, github="login", email="Lorem")]


def test_a_line_of_other_spaces_says_nothing() -> None:
    assert read("\u00a0\nhana\u00a0\n\u202f,\u3000") == [ListLine(2, github="hana")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('"hana, x', "It has a quotation mark without its second."),
        ("hana, \u202ehana@example.net", f"The column address: {HIDDEN}"),
        ("h" * 301, "The column GitHub name has more than 300 characters."),
        ("login,email\nhana,hana@example.net,2024", "It has 3 cells; the titles name 2 columns."),
    ],
)
def test_a_line_that_cannot_be_read_names_its_column(text: str, fault: str) -> None:
    assert [line.fault for line in read(text)] == [fault]


@given(st.text())
def test_whatever_is_pasted_is_read_without_an_error(text: str) -> None:
    lines = read(text)
    assert len({line.number for line in lines}) == len(lines)
    assert read(keep(text, [line.number for line in lines])) is not None


_CELL = st.text("abcdefgh .-", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(_CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)), st.sampled_from(",;\t"))
def test_what_is_written_with_any_separator_is_read_back(cells: list[str], separator: str) -> None:
    (line,) = read(f"x{separator.join(cells)}")
    values = [line.github, line.email, line.since, line.role, line.authority, line.evidence]
    assert values == [f"x{cells[0]}", *cells[1:]]


def test_only_the_lines_to_fix_stay_with_their_titles() -> None:
    text = "login,email\nhana,h@example.net\ngita,g@example.net\n"
    assert keep(text, [3]) == "login,email\ngita,g@example.net"
    assert keep(text, []) == ""


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2024-02-12", date(2024, 2, 12), Precision.DAY),
        ("2024/2/12", date(2024, 2, 12), Precision.DAY),
        ("2024-02-12 00:00:00", date(2024, 2, 12), Precision.DAY),
        ("2024-02-12T10:30:00Z", date(2024, 2, 12), Precision.DAY),
        ("12.02.2024", date(2024, 2, 12), Precision.DAY),
        ("12 February 2024", date(2024, 2, 12), Precision.DAY),
        ("Feb 12, 2024", date(2024, 2, 12), Precision.DAY),
        ("2024-02", date(2024, 2, 1), Precision.MONTH),
        ("February 2024", date(2024, 2, 1), Precision.MONTH),
        ("2024", date(2024, 1, 1), Precision.YEAR),
        ("about 2009", date(2009, 1, 1), Precision.ABOUT),
        ("~2009", date(2009, 1, 1), Precision.ABOUT),
    ],
)
def test_a_day_is_read_as_well_as_it_is_written(text: str, day: date, precision: Precision) -> None:
    assert read_day(text, TODAY) == (day, precision)


@pytest.mark.parametrize("text", ["", "-", "?", "unknown", "Date unknown"])
def test_an_unknown_day_says_nothing(text: str) -> None:
    assert read_day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("02/12/2024", "Day and month could be swapped."),
        ("2024-02-30", "is not a day that can be read."),
        ("2024-00", "is not a day that can be read."),
        ("31.02.2024", "is not a day that can be read."),
        ("signed commit", "is not a day that can be read."),
        ("2026-12-01", "is in the future."),
        ("1970-01-01", "is before 1990"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=text.replace("/", ".")) as raised:
        read_day(text, TODAY)
    assert part in str(raised.value)
