"""``make bench``: what the public pages cost, as multiples of a bare Django view in the same run.

CPU time of the web workers for each request, from the kernel's account: on shared, noisy cores it
stays within a tenth where requests per second spread by a factor of two. Page and bare view take
turns (A B A B); the figure is the median of the pairs. One row measures the bare view against
itself: when that leaves 0.9 to 1.1, the machine was too restless and the run is void.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests import servers
from tests.bench import data
from tests.bench.load import Slice, Web

NULL_RANGE = (0.9, 1.1)
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
    known: bool = False  # ask with the ETag of the page, expect 304


ROWS = (
    Row("team", "/members/", 7, 1),
    Row("team, 304", "/members/", 0.75, 0, known=True),
    Row("advisories", "/advisories/", 8, 2),
    Row("advisories, 304", "/advisories/", 0.75, 0, known=True),
)


@dataclass(frozen=True)
class Result:
    """Medians over the pairs."""

    row: Row
    ratio: float
    spread: tuple[float, float]
    microseconds: float
    per_second: float
    queries: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one slice")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="psrt-bench-") as name:
        folder = Path(name)
        server = servers.postgresql(folder) if options.database == "postgresql" else None
        try:
            if server:
                server.start()
            environment = production(folder, server.url if server else f"sqlite:///{folder}/portal.sqlite3")
            return measure(folder, environment, options)
        finally:
            if server:
                server.stop()


def production(folder: Path, database_url: str) -> dict[str, str]:
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
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
    }


def measure(folder: Path, environment: dict[str, str], options: argparse.Namespace) -> int:
    os.environ.update(environment)
    django.setup()
    data.fill(folder)
    webs: list[Web] = []
    try:
        webs.append(Web("django.core.wsgi:get_wsgi_application()", {"DJANGO_SETTINGS_MODULE": "tests.bench.bare"}))
        webs.append(Web("psrt_portal.wsgi:application", environment))
        null, results = take_turns(webs[0], webs[1], options.pairs, options.seconds)
    finally:
        for web in webs:
            web.stop()
    return report(null, results, options.database)


def take_turns(bare: Web, portal: Web, pairs: int, seconds: float) -> tuple[float, list[Result]]:
    """The bare view against itself, then every row against the bare view."""
    bare.wait_for("/bare/", HEADERS)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Measuring", total=(len(ROWS) + 1) * pairs)

        def pair(web: Web, path: str, headers: dict[str, str], wanted: int) -> tuple[Slice, Slice]:
            measured = bare.slice("/bare/", HEADERS, 200, seconds), web.slice(path, headers, wanted, seconds)
            progress.advance(bar)
            return measured

        warm(bare, "/bare/", HEADERS)
        nulls = [pair(bare, "/bare/", HEADERS, 200) for _ in range(pairs)]
        null = statistics.median(b.cpu_microseconds / a.cpu_microseconds for a, b in nulls)
        results = []
        for row in ROWS:
            headers, queries = prepare(row)
            portal.wait_for(row.path, HEADERS)
            warm(portal, row.path, HEADERS)
            measured = [pair(portal, row.path, headers, 304 if row.known else 200) for _ in range(pairs)]
            results.append(summary(row, measured, queries))
    return null, results


def warm(web: Web, path: str, headers: dict[str, str]) -> None:
    web.slice(path, headers, 200, 0.5)


def prepare(row: Row) -> tuple[dict[str, str], int]:
    """The headers to ask with, and the number of queries one such request takes."""
    client = Client(headers=HEADERS)
    answer = client.get(row.path)
    headers = {**HEADERS, "If-None-Match": answer["ETag"]} if row.known else HEADERS
    with CaptureQueriesContext(connection) as captured:
        client.get(row.path, headers=headers)
    return headers, len(captured)


def summary(row: Row, measured: list[tuple[Slice, Slice]], queries: int) -> Result:
    ratios = [page.cpu_microseconds / bare.cpu_microseconds for bare, page in measured]
    return Result(
        row,
        statistics.median(ratios),
        (min(ratios), max(ratios)),
        statistics.median(page.cpu_microseconds for _, page in measured),
        statistics.median(page.requests_per_second for _, page in measured),
        queries,
    )


def report(null: float, results: list[Result], database: str) -> int:
    """Print the table; 1 when the run is void. A goal that is missed is shown, and fails nothing."""
    table = Table(title=f"CPU for each request, as a multiple of a bare Django view ({database})")
    for heading in ("page", "multiple", "spread", "goal", "queries", "goal", "µs", "requests/s"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for one in results:
        reached = one.ratio <= one.row.most and one.queries <= one.row.most_queries
        table.add_row(
            one.row.label,
            f"{one.ratio:.2f}",
            f"{one.spread[0]:.2f} - {one.spread[1]:.2f}",
            f"≤ {one.row.most}",
            str(one.queries),
            f"≤ {one.row.most_queries}",
            f"{one.microseconds:.0f}",
            f"{one.per_second:.0f}",
            style="" if reached else "yellow",
        )
    console = Console()
    console.width = max(console.width, 100)  # also where the output goes to a file
    console.print(table)
    valid = NULL_RANGE[0] <= null <= NULL_RANGE[1]
    console.print(f"The bare view against itself: {null:.2f}. {'' if valid else 'This run is void: measure again.'}")
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main())
