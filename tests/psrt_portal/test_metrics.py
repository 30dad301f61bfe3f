"""The page of metrics: who may read it, that its numbers are right, and what it never says."""

from __future__ import annotations

import math
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from advisories.reports.links import path_of
from audit import clock
from audit.events import LOG, AuditEvent
from audit.log import record
from notifications import workflow
from notifications.models import Delivery, Notice, Reason
from psrt_portal import heartbeats, metrics
from psrt_portal.heartbeats import BackgroundPart
from tests.advisories import factories as reports
from tests.cast import Browse, Cast
from tests.nominations import factories as votes
from tests.notifications.test_sending import queue
from tests.workers import broker_at

TOKEN = "t0ken" * 8
Numbers = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape() -> Numbers:
    """Return every sample by its name and the values of its labels."""
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def moved(before: Numbers, after: Numbers) -> Numbers:
    """Return by how much the counts of requests grew, by route, method and status, without the scrapes themselves."""
    counts = {key: value for key, value in after.items() if key[0] == "portal_request_seconds_count"}
    return {
        (key[2], key[1], key[3]): value - before.get(key, 0)
        for key, value in counts.items()
        if value != before.get(key, 0) and "metrics" not in key
    }


# -- who -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_there_is_no_such_page(db: None, sent: str) -> None:
    client = Client()
    hidden, missing = (client.get(path, headers={"authorization": sent}) for path in ("/metrics", "/nothing-here"))
    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_a_portal_without_a_token_shows_nobody_anything(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for sent in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert Client().get("/metrics", headers={"authorization": sent}).status_code == 404


def test_a_signed_in_admin_needs_the_token_too(cast: Cast, browse: Browse) -> None:
    assert browse(cast.ada).get("/metrics").status_code == 404


def test_it_is_kept_nowhere_and_needs_no_redirect(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store, private")


# -- requests ----------------------------------------------------------------------------------------------


def test_requests_are_counted_by_route_method_and_status_class(db: None) -> None:
    before = scrape()
    client = Client()
    client.get("/members/")
    client.get("/members/")
    client.get("/dashboard/")
    client.post("/healthz")
    client.get("/nothing-here/")
    client.get("/members/?q=\0")
    client.generic("BREW", "/members/")
    assert moved(before, scrape()) == {
        ("roster:team", "GET", "2xx"): 2,
        ("dashboard", "GET", "3xx"): 1,
        ("healthz", "POST", "4xx"): 1,
        ("none", "GET", "4xx"): 2,
        ("roster:team", "other", "4xx"): 1,
    }


def test_what_is_refused_to_who_may_be_guessing_is_counted_by_its_kind(cast: Cast) -> None:
    def refused() -> Numbers:
        return {key: value for key, value in scrape().items() if key[0] == "portal_refused_total"}

    before = refused()
    for login in ("ada@example.org", "nobody@example.org"):
        Client().post("/accounts/login/", {"login": login, "password": "not this one"})
    Client().post("/accounts/login/", headers={"origin": "https://example.net"})
    grown = {key[1]: value - before.get(key, 0) for key, value in refused().items() if value != before.get(key, 0)}
    assert grown == {"wrong password": 2, "request of another site": 1}


def test_a_view_that_breaks_is_counted_as_one_that_broke(db: None) -> None:
    before = scrape()

    def broken(*_arguments: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(broken):
        answer = Client(raise_request_exception=False).get("/members/")
    counted = moved(before, scrape())
    assert counted == {("roster:team", "GET", f"{answer.status_code // 100}xx"): 1}
    assert answer.status_code >= 500


def test_seconds_are_put_into_buckets() -> None:
    def at(route: str) -> list[float]:
        found = metrics.REQUESTS.labels(route, "GET", "2xx").collect()
        return [one.value for family in found for one in family.samples if one.name.endswith("_bucket")]

    metrics.REQUESTS.labels("bucket test", "GET", "2xx").observe(0.3)
    assert at("bucket test") == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_no_label_has_a_part_of_an_address(cast: Cast, browse: Browse) -> None:
    report = reports.received()
    link = path_of(report)
    Client().get(link)
    Client().get(f"{link}x")
    browse(cast.mel).get(report.get_absolute_url())
    text = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    secrets = [part for part in link.split("/") if len(part) > 8] + [report.reference, "mel@", "Mel"]
    assert [secret for secret in secrets if secret in text] == []
    assert 'route="intake:follow"' in text


def test_nobody_reads_from_a_counter_when_a_ballot_was_cast(cast: Cast, browse: Browse) -> None:
    nomination = votes.opened(cast)
    before = scrape()
    client = browse(cast.mia)
    client.get(nomination.get_absolute_url())
    client.post(reverse("nominations:vote", args=[nomination.pk]), {"choice": "yes"})
    assert {route for route, _, _ in moved(before, scrape())} == {"nominations"}


def test_the_pages_of_the_library_have_names_of_their_own(db: None) -> None:
    before = scrape()
    Client().get("/accounts/login/")
    assert moved(before, scrape()) == {("account_login", "GET", "2xx"): 1}


def test_static_files_are_one_route(db: None) -> None:
    before = scrape()
    Client().get("/static/css/tokens.css").close()
    Client().get("/static/nothing.css")
    assert {route for route, _, _ in moved(before, scrape())} == {"static"}


# -- the state -----------------------------------------------------------------------------------------------


def test_mail_that_waits_is_counted_by_age(db: None) -> None:
    now = clock.now()
    ages = (1, 9, 11, 59, 61, 359, 361, 10_000)
    for delivery, minutes in zip(queue(*(f"guest{age}" for age in ages)).values(), ages, strict=True):
        Delivery.objects.filter(pk=delivery.pk).update(trying_since=now - timedelta(minutes=minutes))
    found = scrape()
    assert [found["portal_mail_waiting", age] for age in ("under_10m", "under_1h", "under_6h", "over_6h")] == [2] * 4
    assert math.isclose(found["portal_mail_oldest_seconds",], 600_000, abs_tol=60)


def test_notices_that_no_worker_took_up_are_waiting_mail_too(db: None) -> None:
    reports.received(reporter_email="", days_ago=0)
    Notice.objects.update(created_at=clock.now() - timedelta(hours=2))
    found = scrape()
    assert found["portal_mail_waiting", "under_6h"] == Notice.objects.count()
    assert found["portal_mail_oldest_seconds",] >= 7200


def test_mail_that_failed_or_is_paused(db: None) -> None:
    assert [scrape()[name,] for name in ("portal_mail_failed", "portal_mail_paused_seconds")] == [0, 0]
    queue("ann")
    Delivery.objects.update(failed_at=clock.now(), reason=Reason.REFUSED)
    with clock.pretend(clock.now() - timedelta(hours=1)):
        workflow.pause("A restore.", operator="root")
    found = scrape()
    assert (found["portal_mail_failed",], found["portal_mail_paused_seconds",] >= 3600) == (1, True)
    assert found["portal_mail_oldest_seconds",] == 0


def test_a_vote_is_overdue_ten_minutes_after_its_end(cast: Cast) -> None:
    votes.open_vote(votes.proposed(cast), cast.ada, at=clock.now() - votes.WEEK - timedelta(minutes=9))
    assert scrape()["portal_votes_overdue",] == 0
    with clock.pretend(clock.now() + timedelta(minutes=2)):
        assert scrape()["portal_votes_overdue",] == 1


def test_the_age_of_the_last_checkpoint(db: None) -> None:
    assert scrape()["portal_checkpoint_age_seconds",] == math.inf
    for hours in (5, 3):
        with clock.pretend(clock.now() - timedelta(hours=hours)), transaction.atomic():
            record(AuditEvent.CHECKPOINT_KEPT, target=LOG, by=None, sequence=hours)
    assert math.isclose(scrape()["portal_checkpoint_age_seconds",], 3 * 3600, abs_tol=60)


def test_database_and_broker_answer(db: None) -> None:
    found = scrape()
    assert [found[name,] for name in ("portal_database_up", "portal_broker_up")] == [1, 1]
    assert found["portal_queue_length",] >= 0


def test_a_scrape_is_answered_while_the_database_is_away(db: None) -> None:
    def away(*_arguments: Any) -> None:
        raise OperationalError("canary")

    with connection.execute_wrapper(away):
        found = scrape()
    assert found["portal_database_up",] == 0
    assert ("portal_mail_failed",) not in found
    assert any(key[0] == "portal_request_seconds_count" for key in found)


def test_a_scrape_is_answered_while_the_broker_is_away(db: None) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        with broker_at(f"redis://127.0.0.1:{server.getsockname()[1]}/0"):
            found = scrape()
    assert (found["portal_broker_up",], found["portal_database_up",]) == (0, 1)
    assert ("portal_queue_length",) not in found


# -- heartbeats ------------------------------------------------------------------------------------------------


@pytest.fixture
def _no_heart(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(heartbeats, "_next", {})
    cache.clear()


@pytest.mark.usefixtures("_no_heart")
def test_what_never_lived_is_infinitely_late() -> None:
    found = scrape()
    assert [found["portal_heartbeat_age_seconds", part] for part in BackgroundPart] == [math.inf, math.inf]


@pytest.mark.usefixtures("_no_heart")
def test_a_heartbeat_is_noted_for_its_part_and_seldom() -> None:
    begun = clock.now()
    with clock.pretend(begun - timedelta(minutes=5)):
        heartbeats.note(BackgroundPart.WORKER)
    heartbeats.note(BackgroundPart.WORKER)  # too soon in this process
    found = scrape()
    assert math.isclose(found["portal_heartbeat_age_seconds", "worker"], 300, abs_tol=30)
    assert found["portal_heartbeat_age_seconds", "beat"] == math.inf


@pytest.mark.usefixtures("_no_heart")
def test_a_heart_beats_on_without_a_database(caplog: pytest.LogCaptureFixture) -> None:
    def away(*_arguments: Any) -> None:
        raise OperationalError("canary")

    with connection.execute_wrapper(away):
        heartbeats.note(BackgroundPart.BEAT)
    assert [record.getMessage() for record in caplog.records if record.name == "psrt_portal.heartbeats"] == [
        "the heartbeat of beat could not be noted (OperationalError)"
    ]
