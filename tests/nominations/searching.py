"""The places to search for a secret: rows, messages, pages."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from members.accounts.sessions import contents_of
from members.people.models import Person
from nominations import links
from nominations.models import Nomination
from psrt_portal import celery_app
from tests.architecture.routes import routes
from tests.cast import Browse

#: Public texts, which explain what abstaining is.
PUBLISHED = {"documents_documentversion"}

Row = tuple[str, tuple[tuple[str, Any], ...]]


def every_row() -> Iterator[Row]:
    """Every row as its table and its columns with their values."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield table, tuple((name, plain(cell)) for name, cell in zip(names, row, strict=True))


def plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell)


def shape(row: Row) -> tuple[str, str]:
    """A row without what differs anyway: of bytes the length, of ids, names, moments and numbers in order nothing."""
    table, cells = row
    vague = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|\d{4}-\d\d-\d\d[ T][\d:.+]+")
    kept = [
        (name, len(value) if isinstance(value, bytes) else vague.sub("", value))
        for name, value in cells
        if name not in {"sequence", "name", "github"}
    ]
    return table, repr(kept)


def every_cell() -> Iterator[bytes]:
    """Every value of every table, as a reader of the database finds it; sessions are decoded as well."""
    with connection.cursor() as cursor:
        for table in sorted({*connection.introspection.table_names(cursor)} - PUBLISHED):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            for row in cursor.fetchall():
                yield from (bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)
    for session in Session.objects.all():
        yield repr(contents_of(session)).encode()


def every_message() -> Iterator[bytes]:
    """The messages at the broker, also as the worker will read them."""
    with celery_app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        waiting = channel.client.lrange(celery_app.conf.task_default_queue, 0, -1)
    for message in waiting:
        yield message + base64.b64decode(json.loads(message)["body"])


@dataclass(frozen=True)
class Page:
    """An answer, without what varies by itself: the tokens of its forms."""

    status: int
    text: bytes


#: Who asked for which address.
Asked = tuple[str, str]


def every_page(
    browse: Browse, nomination: Nomination, principals: Iterable[Person | None], *, only: Container[Asked] | None = None
) -> dict[Asked, Page]:
    """Every page about nominations as each principal gets it, or `only` some of them.

    What is said after a redirect belongs to the page that redirects, and not to the one that happens to be next.
    """
    token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    pages = {}
    for person in principals:
        client = browse(person)
        for path in _paths(nomination):
            if only is None or (str(person), path) in only:
                answer: Any = client.get(path)
                target = answer.get("Location", "/accounts/")
                told = b"" if target.startswith("/accounts/") else client.get(target).content
                text = token.sub(b"", answer.content + told + repr(sorted(answer.items())).encode())
                pages[str(person), path] = Page(answer.status_code, text)
    return pages


def _paths(nomination: Nomination) -> list[str]:
    """The addresses of everything about this nomination, and about all; a council decision has a number."""
    arguments: list[dict[str, str]] = [{"pk": str(nomination.pk)}, {"token": links.nominee_token(nomination)}, {}]
    paths = ["/dashboard/"]
    for route in routes():
        found = [one for one in arguments if re.findall(r"<\w+:(\w+)>", route.pattern) == list(one)]
        if route.name.startswith("nominations:") and found and "<int:" not in route.pattern:
            paths.append(reverse(route.name, kwargs=found[0]))
    return paths


def traces_of(receipt: str) -> list[bytes]:
    """A receipt as shown, as on the board, as bytes, and as those bytes are usually written down."""
    plain = receipt.replace("-", "")
    raw = base64.b32decode(plain)
    return [receipt.encode(), plain.encode(), raw, raw.hex().encode(), base64.b64encode(raw)[:13]]


def holding(traces: list[bytes], texts: list[bytes]) -> list[bytes]:
    """Those of `texts` in which one of `traces` is found, whatever the case."""
    found = [(text, text.lower()) for text in texts]
    return [text for text, low in found if any(trace in text or trace.lower() in low for trace in traces)]
