"""Paging of lists: every list has pages, and no page number is an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30
#: Of a list that is not counted.
PAGES_MOST = 1000


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that ``?page=`` asks for, or the nearest one to a number that there is not."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def page_with(request: HttpRequest, rows: QuerySet[Any], key: Any, size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that the row with this primary key is on; without such a row, what `page_of` returns."""
    keys = list(rows.values_list("pk", flat=True))
    return Paginator(rows, size).get_page(keys.index(key) // size + 1) if key in keys else page_of(request, rows, size)


class UncountedPage(Sequence[Any]):
    """One page of a table that is too long to count: whether there is a next one, and not how many."""

    def __init__(self, rows: QuerySet[Any], number: int, size: int) -> None:
        first = (number - 1) * size
        # One more than is shown says whether there is a next page.
        found = list(rows[first : first + size + 1])
        self.number = number
        self.object_list = found[:size]
        self.has_previous = number > 1
        self.is_last_reachable = len(found) > size and number == PAGES_MOST
        self.has_next = len(found) > size and number < PAGES_MOST
        self.has_other_pages = self.has_previous or self.has_next
        self.previous_page_number, self.next_page_number = number - 1, number + 1

    def __len__(self) -> int:
        return len(self.object_list)

    def __getitem__(self, index: Any) -> Any:
        return self.object_list[index]


def uncounted_page_of(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> UncountedPage:
    """Return the page that ``?page=`` asks for without counting the rows; the first one for a number that there is not.

    At most `PAGES_MOST` pages: the database reads and drops everything before a page.
    """
    asked = request.GET.get("page", "")
    number = min(int(asked), PAGES_MOST) if re.fullmatch(r"[1-9][0-9]{0,8}", asked) else 1
    page = UncountedPage(rows, number, size)
    return page if page or number == 1 else UncountedPage(rows, 1, size)
