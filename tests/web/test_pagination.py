"""Paging of lists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.requests import request_of
from web.pagination import PAGE_SIZE, PAGES_MOST, page_of, uncounted_page_of

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


class Rows(list[int]):
    """Rows that cannot be counted; which slices were read is kept."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__(rows)
        self.read: list[Any] = []

    def __getitem__(self, index: Any) -> Any:
        self.read.append(index)
        return super().__getitem__(index)

    def __len__(self) -> int:
        raise AssertionError("counted")


@pytest.mark.parametrize(
    ("query", "number"),
    [("1", 1), ("2", 2), ("3", 3), ("4", 1), ("999999999999", 1), ("0", 1), ("-1", 1), ("x", 1), ("", 1), ("2.5", 1)],
)
def test_a_page_of_an_uncounted_list_is_always_one_that_there_is(query: str, number: int) -> None:
    page = uncounted_page_of(request_of(path=f"/?page={query}"), Rows(ROWS))  # type: ignore[arg-type]
    assert (page.number, list(page)) == (number, ROWS[30 * (number - 1) : 30 * number])
    assert (page.has_previous, page.has_next, page.has_other_pages) == (number > 1, number < 3, True)
    assert (page.previous_page_number, page.next_page_number) == (number - 1, number + 1)
    assert not page.is_last_reachable


def test_an_uncounted_list_of_exactly_one_page_has_no_other() -> None:
    page = uncounted_page_of(request_of(), Rows(ROWS[:30]))  # type: ignore[arg-type]
    assert (len(page), page.has_other_pages, page[29]) == (30, False, 29)


def test_no_more_is_read_of_an_uncounted_list_than_the_pages_that_can_be_reached() -> None:
    rows = Rows(list(range(PAGES_MOST * 2 + 2)))
    page = uncounted_page_of(request_of(path="/?page=99999"), rows, 2)  # type: ignore[arg-type]
    assert (page.number, page.has_next, page.is_last_reachable) == (PAGES_MOST, False, True)
    assert rows.read == [slice(PAGES_MOST * 2 - 2, PAGES_MOST * 2 + 1)]
