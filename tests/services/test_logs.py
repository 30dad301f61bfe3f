"""What web and worker write in production while much goes wrong has no value in it that must not be there."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.servers import free_port
from tests.services.production import Portal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs the portal as production does")

ADDRESS = "canary.reporter@example.net"
CANARIES = [
    "CANARY",
    "canary",
    "example.net",
    "203.0.113.77",
    "127.0.0.1",
    "Mel Member",
    "mel-member",
    "hunter2 hunter2",
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose mail server does not answer."""
    portal = Portal(
        tmp_path_factory.mktemp("logs"), EMAIL_URL=f"smtp://127.0.0.1:{free_port()}", NOTICE_RETRY_SECONDS="0.5"
    )
    try:
        portal.prepare()
        portal.start()
        portal.start_worker()
        yield portal
    finally:
        portal.stop()


@pytest.fixture(scope="module")
def link(portal: Portal) -> str:
    """The private link of a report that was taken in."""
    reply = portal.post("/report/", report())
    assert reply.status == 303
    return reply.headers["Location"]


def report() -> dict[str, str]:
    return {
        "project": "cpython",
        "summary": "CANARY-summary",
        "description": "CANARY-description",
        "versions_tested": "CANARY-versions",
        "versions_affected": "CANARY-affected",
        "impact": "CANARY-impact",
        "name": "CANARY Reporter",
        "email": ADDRESS,
        "checked_by_person": "on",
        "once": str(uuid4()),
    }


def lines(portal: Portal, name: str, **facts: Any) -> list[dict[str, Any]]:
    return [line for line in portal.lines(name) if facts.items() <= line.items()]


def refused(portal: Portal) -> list[tuple[str, str | None]]:
    return [(line["event"], line.get("view")) for line in lines(portal, "web", logger="web.refusals")]


def test_a_500_is_logged_once_with_the_id_that_its_page_shows(portal: Portal, link: str) -> None:
    with portal.as_owner() as connection:
        connection.execute("ALTER TABLE reports_report RENAME COLUMN summary TO aside")
        try:
            reply = portal.post(f"{link}reply/", {"body": "CANARY-answer"})
        finally:
            connection.execute("ALTER TABLE reports_report RENAME COLUMN aside TO summary")
    assert reply.status == 500
    [shown] = re.findall(r"error <code>([0-9A-F-]{14})</code>", reply.text)
    [line] = lines(portal, "web", request=shown)
    assert {name: line[name] for name in ("level", "view", "method", "status", "event")} == {
        "level": "error",
        "view": "intake:reply",
        "method": "POST",
        "status": 500,
        "event": "Internal Server Error",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    outer, inner = line["exception"][:2]
    assert (outer["class"], inner["class"]) == ("django.db.utils.ProgrammingError", "psycopg.errors.UndefinedColumn")
    assert any(re.fullmatch(r"advisories/reports/views/intake\.py:\d+:reply", frame) for frame in outer["frames"])


def test_what_is_refused_has_a_line_each(portal: Portal, link: str) -> None:
    before = len(refused(portal))
    portal.post("/accounts/login/", {"login": "mel.canary@example.net", "password": "hunter2 hunter2"})
    portal.post("/profile/edit/", {"csrfmiddlewaretoken": "", "name": "CANARY"}, "mel")
    for _ in range(21):
        portal.post(f"{link}reply/", {"body": ""})
    assert refused(portal)[before:] == [
        ("refused: wrong password", "account_login"),
        ("refused: form without its token", "profile:edit"),
        ("refused: too many requests", "intake:reply"),
    ]


def test_the_worker_logs_mail_that_waits_and_tasks_that_fail(portal: Portal) -> None:
    assert portal.post("/report/", report()).status == 303
    portal.wait_for_log("worker", "the mail server: ConnectionRefusedError")
    with portal.as_owner() as connection:
        connection.execute("ALTER TABLE notifications_notice RENAME TO aside")
        try:
            portal.wait_for_log("worker", "raised unexpected")
        finally:
            connection.execute("ALTER TABLE aside RENAME TO notifications_notice")
    failed = lines(portal, "worker", level="error", logger="celery.app.trace")[0]
    # The sweep, or the hint of a notice if that came just then.
    assert failed["task"] in {"notifications.tasks.deliver_due_notices", "notifications.tasks.deliver_notice"}
    outer, inner = failed["exception"][:2]
    assert (outer["class"], inner["class"]) == ("django.db.utils.ProgrammingError", "psycopg.errors.UndefinedTable")
    assert inner["sqlstate"] == "42P01"
    assert any(frame.startswith("notifications/") for frame in outer["frames"])


def test_no_log_has_a_value(portal: Portal, link: str) -> None:
    """After everything above, a worker of gunicorn that was killed, and hosts and paths that nobody knows."""
    portal.get("/members/CANARY-nobody/")
    portal.get(f"/nominations/{uuid4()}/?q=CANARY", "mel")
    time.sleep(1)
    token = link.rstrip("/").rpartition("/")[2]
    canaries = [*CANARIES, token, token[:20], *portal.cookies.values()]
    for name in ("web", "worker"):
        everything = portal.log(name)
        assert len(portal.lines(name)) > 3
        assert [canary for canary in canaries if canary in everything] == []
