"""What visitors see while the database is away, frozen, locked or out of connections, and what the logs say of it."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from uuid import uuid4

import psycopg
import pytest

from psrt_portal.embedded.places import SUPERUSER
from tests.services.production import Portal, Reply, report

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the database's processes in /proc")

#: No request may stay open longer.
PROMISE_SECONDS = 10
#: What everybody sees who needs the database.
AWAY = (503, "30")


def reports(portal: Portal) -> int:
    with portal.as_owner() as connection:
        row = connection.execute("SELECT count(*) FROM reports_report").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("outages"))
    try:
        portal.prepare()
        portal.start()
        yield portal
    finally:
        portal.stop()


@pytest.fixture
def portal(prepared: Portal) -> Iterator[Portal]:
    """It works before each test and recovers after it by itself."""
    until(lambda: prepared.get("/dashboard/", "mel").status == 200)
    yield prepared
    until(lambda: prepared.get("/dashboard/", "mel").status == 200)


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.1)


class _Kept(HTMLParser):
    """The fields of the page that keeps a form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "textarea":
            self._name = given["name"] or ""
            self.fields[self._name] = ""
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"] or ""] = given["value"] or ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.fields[self._name] += data

    def handle_endtag(self, _tag: str) -> None:
        self._name = ""


def kept(reply: Reply) -> dict[str, str]:
    """Return the fields that the page sends again; a browser drops the line break at the beginning of a textarea."""
    page = _Kept()
    page.feed(reply.text)
    return {name: value.removeprefix("\n") for name, value in page.fields.items()}


def outcome(reply: Reply) -> tuple[int, str | None]:
    return reply.status, reply.headers.get("Retry-After")


def test_no_request_outlasts_a_frozen_database_and_what_needs_none_answers(portal: Portal) -> None:
    """Twice as many readers as there are threads, each with a connection that was warm before."""
    with ThreadPoolExecutor(40) as pool:
        warm = list(pool.map(lambda _: portal.get("/dashboard/", "mel").status, range(40)))
        assert set(warm) == {200}
        stop = threading.Event()

        def keep_asking(path: str, person: str = "") -> list[Reply]:
            replies = []
            while not stop.is_set():
                replies.append(portal.get(path, person))
                time.sleep(0.1)
            return replies

        with portal.frozen():
            readers = [pool.submit(keep_asking, "/dashboard/", "mel") for _ in range(16)]
            visitors = [pool.submit(keep_asking, "/members/") for _ in range(4)]
            reporters = [pool.submit(portal.post, "/report/", report()) for _ in range(2)]
            health = pool.submit(keep_asking, "/healthz")
            form = pool.submit(keep_asking, "/report/")
            ready = pool.submit(keep_asking, "/readyz")
            time.sleep(12)
            stop.set()
            away = [reply for one in (*readers, *visitors) for reply in one.result()]
            posted = [one.result() for one in reporters]
            alive = [*health.result(), *form.result()]
        slowest = max(reply.seconds for reply in (*away, *posted, *alive, *ready.result()))
        assert slowest < PROMISE_SECONDS
        assert {outcome(reply) for reply in (*away, *posted)} == {AWAY}
        assert Counter(reply.status for reply in alive) == {200: len(alive)}
        assert {reply.status for reply in ready.result()} == {503}
        # The first ones find it out for the others.
        assert len(away) > 10 * len(readers)


def test_a_stopped_database_is_a_503_that_keeps_what_was_typed(portal: Portal) -> None:
    typed, before = report(), reports(portal)
    portal.database.stop()
    try:
        reply = portal.post("/report/", typed)
        pages = [portal.get(path, "mel") for path in ("/dashboard/", "/members/", "/accounts/login/", "/readyz")]
        alive = [portal.get(path).status for path in ("/healthz", "/report/")]
    finally:
        portal.database.start()
    assert outcome(reply) == AWAY
    assert kept(reply) == {**typed, "csrfmiddlewaretoken": "c" * 32} | {
        "description": "CANARY-description <b>\r\nwith a second line".replace("\r", "")
    }
    assert {outcome(page) for page in pages[:3]} == {AWAY}
    assert (pages[3].status, alive) == (503, [200, 200])
    # Each process and thread has a connection of its own, and finds out by itself that the server is back.
    until(lambda: portal.post("/report/", kept(reply)).status == 303)
    assert reports(portal) == before + 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/nominations/{id}/vote/", {"choice": "yes"}),
        ("/accounts/login/", {"login": "mel@example.org", "password": "CANARY password"}),
        ("/accounts/2fa/authenticate/", {"code": "123456"}),
    ],
)
def test_neither_ballot_nor_login_is_kept(portal: Portal, path: str, fields: dict[str, str]) -> None:
    portal.database.stop()
    try:
        reply = portal.post(path.format(id=uuid4()), fields, "mel")
    finally:
        portal.database.start()
    assert (outcome(reply), kept(reply)) == (AWAY, {})


def test_a_foreign_form_is_not_kept(portal: Portal) -> None:
    """A form whose token is missing is refused before anything asks the database."""
    portal.database.stop()
    try:
        reply = portal.post("/profile/", {"name": "words of another site", "csrfmiddlewaretoken": ""}, "mel")
    finally:
        portal.database.start()
    assert (reply.status, kept(reply)) == (403, {})


def test_a_locked_table_is_a_503_after_the_limit_of_a_lock(portal: Portal) -> None:
    before = reports(portal)
    with portal.locked("reports_report"):
        reply = portal.post("/report/", report())
        assert portal.get("/dashboard/", "mel").status == 200  # reading goes on
    assert (outcome(reply), 4 < reply.seconds < PROMISE_SECONDS) == (AWAY, True)
    assert reports(portal) == before
    [line] = [line for line in portal.lines("web") if line.get("view") == "intake:new" and "frames" in str(line)][-1:]
    states = [one.get("sqlstate") for one in line["exception"]]
    assert "55P03" in states
    assert any(frame.startswith("advisories/reports/workflow") for frame in line["exception"][0]["frames"])


def test_ended_sessions_and_a_full_house_are_no_500(portal: Portal) -> None:
    with psycopg.connect(portal.database.url(SUPERUSER), autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'")
        assert {portal.get("/dashboard/", "mel").status for _ in range(8)} == {200}  # the health check sees it
        superuser.execute("ALTER ROLE portal CONNECTION LIMIT 0")
        try:
            superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'")
            assert {outcome(portal.get("/dashboard/", "mel")) for _ in range(8)} == {AWAY}
        finally:
            superuser.execute("ALTER ROLE portal CONNECTION LIMIT -1")


def test_a_slow_statement_does_not_take_the_portal_away_from_others(portal: Portal) -> None:
    """One that is longer than a frozen server is waited for, while the server answers others."""
    with ThreadPoolExecutor(8) as pool, portal.locked("reports_report"):
        waiting = pool.submit(portal.post, "/report/", report())
        time.sleep(3)
        assert {reply.status for reply in pool.map(lambda _: portal.get("/members/"), range(16))} == {200}
    assert waiting.result().status == 303
