"""Paging of lists."""

from __future__ import annotations

import pytest

from tests.web.requests import request_of
from web.pagination import PAGE_SIZE, page_of

ROWS = list(range(75))


def test_a_page_has_thirty_rows() -> None:
    page = page_of(request_of(), ROWS)
    assert PAGE_SIZE == 30
    assert (list(page), page.number, page.paginator.num_pages) == (ROWS[:30], 1, 3)


@pytest.mark.parametrize(
    ("query", "number"),
    [("1", 1), ("2", 2), ("3", 3), ("4", 3), ("999", 3), ("0", 3), ("-1", 3), ("x", 1), ("", 1), ("2.5", 1)],
)
def test_no_page_number_is_an_error(query: str, number: int) -> None:
    page = page_of(request_of(path=f"/?page={query}"), ROWS)
    assert (page.number, list(page)) == (number, ROWS[30 * (number - 1) : 30 * number])


def test_a_list_may_have_pages_of_its_own_size() -> None:
    assert list(page_of(request_of(path="/?page=2"), ROWS, 10)) == ROWS[10:20]


def test_an_empty_list_has_one_empty_page() -> None:
    page = page_of(request_of(path="/?page=9"), [])
    assert (page.number, list(page)) == (1, [])
