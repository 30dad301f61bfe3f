"""Paging of lists: every list has pages, and no page number is an error."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that ``?page=`` asks for, or the nearest one to a number that there is not."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
