"""``make bench``: what the public pages and a ballot cost, against a measure in the same run.

A page's measure is a bare Django view: CPU time of the web workers for each request, from the
kernel's account. On shared, noisy cores it stays within a tenth where requests per second spread
by a factor of two. A ballot's measure is its own SQL (`tests/bench/ballots.py`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rich.console import Console
from rich.progress import Progress

from psrt_portal.embedded.places import OWNER, RUNTIME
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.embedded.valkey import Valkey
from tests import servers
from tests.bench import data
from tests.bench.load import Slice, Web
from tests.bench.turns import Spread, new_table, show, take_turns

HOST = "psrt.example.org"
#: As the proxy in front of it would ask.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}


@dataclass(frozen=True)
class Row:
    """A page, and its goals from the performance notes in docs/testing.md."""

    label: str
    path: str
    most: float
    most_queries: int
    is_cached: bool = False  # ask with the ETag of the page, expect 304


ROWS = (
    Row("team", "/members/", 7, 1),
    Row("team, 304", "/members/", 0.75, 0, is_cached=True),
    Row("advisories", "/advisories/", 8, 2),
    Row("advisories, 304", "/advisories/", 0.75, 0, is_cached=True),
)


@dataclass(frozen=True)
class Result:
    """The result of the pairs."""

    row: Row
    multiple: Spread
    microseconds: float
    per_second: float
    queries: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("all", "pages", "ballots"), nargs="?", default="all")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one slice")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="psrt-bench-") as name:
        folder = Path(name)
        database, broker = servers.postgresql(folder, durable=True), servers.valkey(folder)
        try:
            database.start()
            broker.start()
            return measure(folder, production(folder, database, broker), broker, options)
        finally:
            database.stop()
            broker.stop()


def production(folder: Path, database: PostgreSQL, broker: Valkey) -> dict[str, str]:
    """The strict settings, as a portal behind one proxy has them."""
    return {
        "DJANGO_SETTINGS_MODULE": "psrt_portal.settings",
        "ENV_FILE": os.devnull,
        "DEPLOYMENT": "production",
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": "only-for-the-bench-" * 4,
        "EMAIL_URL": "memorymail://",
        "MAIL_FROM": "portal@psrt.example.org",
        "ANNOUNCE_ADDRESS": "announce@psrt.example.org",
        "SECURITY_ADDRESS": "security@psrt.example.org",
        "DATABASE_URL": database.url(RUNTIME),
        "DATABASE_OWNER_URL": database.url(OWNER),
        "REDIS_URL": broker.url,
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
    }


def measure(folder: Path, environment: dict[str, str], broker: Valkey, options: argparse.Namespace) -> int:
    """Print what was asked for; 1 when a run is void."""
    os.environ.update(environment)
    django.setup()
    data.fill(folder)
    valid = []
    if options.what != "ballots":
        valid.append(measure_pages(environment, options.pairs, options.seconds))
    if options.what != "pages":
        ballots = import_module("tests.bench.ballots")  # its models need the settings
        valid.append(ballots.measure(options.pairs, options.seconds, broker))
    return 0 if all(valid) else 1


def measure_pages(environment: dict[str, str], pairs: int, seconds: float) -> bool:
    """Every page against the bare view, each on a web server of its own."""
    webs: list[Web] = []
    try:
        webs.append(Web("django.core.wsgi:get_wsgi_application()", {"DJANGO_SETTINGS_MODULE": "tests.bench.bare"}))
        webs.append(Web("psrt_portal.wsgi:application", environment))
        null, results = compare(webs[0], webs[1], pairs, seconds)
    finally:
        for web in webs:
            web.stop()
    return report(null, results)


def compare(bare: Web, portal: Web, pairs: int, seconds: float) -> tuple[Spread, list[Result]]:
    """The bare view against itself, then every row against the bare view."""
    bare.wait_for("/bare/", HEADERS)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Measuring", total=(len(ROWS) + 1) * pairs)

        def base() -> Slice:
            return bare.slice("/bare/", HEADERS, 200, seconds)

        def against(second: Callable[[], Slice]) -> list[tuple[Slice, Slice]]:
            def other() -> Slice:
                measured = second()
                progress.advance(bar)
                return measured

            return take_turns(pairs, base, other)

        warm(bare, "/bare/", HEADERS)
        null = against(base)
        results = []
        for row in ROWS:
            headers, queries = prepare(row)
            portal.wait_for(row.path, HEADERS)
            warm(portal, row.path, HEADERS)
            page = partial(portal.slice, row.path, headers, 304 if row.is_cached else 200, seconds)
            results.append(summary(row, against(page), queries))
    return multiple(null), results


def warm(web: Web, path: str, headers: dict[str, str]) -> None:
    web.slice(path, headers, 200, 0.5)


def prepare(row: Row) -> tuple[dict[str, str], int]:
    """The headers to ask with, and the number of queries one such request takes."""
    client = Client(headers=HEADERS)
    answer = client.get(row.path)
    headers = {**HEADERS, "If-None-Match": answer["ETag"]} if row.is_cached else HEADERS
    with CaptureQueriesContext(connection) as captured:
        client.get(row.path, headers=headers)
    return headers, len(captured)


def multiple(measured: list[tuple[Slice, Slice]]) -> Spread:
    return Spread.of(page.cpu_microseconds / bare.cpu_microseconds for bare, page in measured)


def summary(row: Row, measured: list[tuple[Slice, Slice]], queries: int) -> Result:
    return Result(
        row,
        multiple(measured),
        statistics.median(page.cpu_microseconds for _, page in measured),
        statistics.median(page.requests_per_second for _, page in measured),
        queries,
    )


def report(null: Spread, results: list[Result]) -> bool:
    """Print the table; False when the run is void. A goal that is missed is shown, and fails nothing."""
    table = new_table(
        "CPU for each request, as a multiple of a bare Django view",
        "page", "multiple", "spread", "goal", "queries", "goal", "µs", "requests/s",
    )  # fmt: skip
    for one in results:
        reached = one.multiple.median <= one.row.most and one.queries <= one.row.most_queries
        table.add_row(
            one.row.label,
            f"{one.multiple.median:.2f}",
            str(one.multiple),
            f"≤ {one.row.most}",
            str(one.queries),
            f"≤ {one.row.most_queries}",
            f"{one.microseconds:.0f}",
            f"{one.per_second:.0f}",
            style="" if reached else "yellow",
        )
    return show(table, "The bare view", null)


if __name__ == "__main__":
    sys.exit(main())
