"""The dashboard items of reports, and its list of open ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisories.reports.pages.waiting import dashboard_items, waiting_for
from advisories.reports.queries import CONCERNED, OLDEST, OpenReports, open_reports
from audit import clock
from members.people.models import Person
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import DRAFT
from tests.cast import Cast, act_as
from web.waiting import Waiting, by_urgency

pytestmark = pytest.mark.django_db


def waits(person: Person) -> list[Waiting]:
    return by_urgency(dashboard_items(act_as(person), clock.now()))


def brief(items: list[Waiting]) -> list[tuple[str, str, str]]:
    return [(item.urgency, item.tone, item.action) for item in items]


@pytest.mark.rule("PSRT-23")
def test_reports_that_nobody_took_wait_for_every_member(cast: Cast) -> None:
    factories.received(days_ago=1)
    factories.received(days_ago=5)
    expected = [("Idle for 5 days", "now", "Look"), ("New", "accent", "Look")]
    assert brief(waits(cast.mel)) == brief(waits(cast.ada)) == expected


def test_nothing_waits_for_people_outside_the_team(cast: Cast) -> None:
    factories.received()
    actors, now = [ANONYMOUS, *map(act_as, (cast.sam, cast.emil, cast.olga))], clock.now()
    with CaptureQueriesContext(connection) as queries:
        assert [dashboard_items(actor, now) for actor in actors] == [[], [], [], []]
    assert len(queries) == 0


@pytest.mark.rule("PEP811-39", "PSRT-17")
@pytest.mark.parametrize(
    ("days_ago", "urgency", "tone"),
    [
        (10, "80 days left", "accent"),
        (80, "10 days left", "now"),
        (89, "1 day left", "now"),
        (95, "6 days over", "now"),
    ],
)
def test_ones_own_reports_wait_with_the_days_left(cast: Cast, days_ago: int, urgency: str, tone: str) -> None:
    report = factories.coordinated(cast.mel, days_ago=days_ago)
    (item,) = waits(cast.mel)
    assert (item.urgency, item.tone, item.url) == (urgency, tone, report.get_absolute_url())
    assert item.detail == f"{report.reference} · yours · triage"
    assert waits(cast.mia) == []


def test_a_draft_waits_for_everybody_but_its_writer(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    assert brief(waits(cast.mia)) == brief(waits(cast.ada)) == [("To approve", "accent", "Read")]
    assert waits(cast.mia)[0].url == f"/reports/{report.reference}/advisory/preview/"
    assert brief(waits(cast.mel)) == [("89 days left", "accent", "Continue")]


def test_a_draft_near_the_deadline_is_urgent(cast: Cast) -> None:
    factories.drafted(cast.mel, days_ago=85)
    assert brief(waits(cast.mia)) == [("To approve", "now", "Read")]


def test_an_unfinished_draft_waits_for_nobody_else(cast: Cast) -> None:
    factories.drafted(cast.mel, draft=replace(DRAFT, cve_id=""))
    assert waits(cast.mia) == []


def test_an_approved_draft_waits_for_its_coordinator(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    (item,) = waits(cast.mel)
    assert (item.action, item.url) == ("Publish", f"/reports/{report.reference}/advisory/publish/")
    assert waits(cast.mia) == []


def test_finished_reports_wait_for_nobody(cast: Cast) -> None:
    factories.published(cast.mel, cast.mia)
    factories.in_state(cast, "closed")
    assert waits(cast.mel) == []


def test_items_stand_in_order_of_due_time(cast: Cast) -> None:
    factories.received(days_ago=0.5)
    factories.coordinated(cast.mel, days_ago=89.5)
    factories.received(days_ago=10)
    dues = [item.due for item in waits(cast.mel) if item.due]
    assert len(dues) == 3
    assert dues == sorted(dues)


# -- the open reports of a dashboard --------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30, 2 * CONCERNED])
def test_one_query_finds_what_waits_and_the_oldest_however_many_reports(cast: Cast, count: int) -> None:
    for _ in range(count):
        factories.received()
    actor, now = act_as(cast.mel), clock.now()
    with CaptureQueriesContext(connection) as queries:
        reports = open_reports(actor)
        items = waiting_for(actor, now, reports)
    assert len(queries) == 1
    assert (reports.count, len(reports.oldest), len(items)) == (count, min(count, OLDEST), min(count, CONCERNED))
    with CaptureQueriesContext(connection) as queries:
        assert by_urgency(dashboard_items(actor, now)) == items
    assert len(queries) == 1


def test_the_oldest_are_listed_whoever_coordinates_them_and_all_are_counted(cast: Cast) -> None:
    others = [factories.coordinated(cast.mia, days_ago=60 - number) for number in range(OLDEST + 2)]
    own = factories.coordinated(cast.mel, days_ago=2)
    untaken = factories.received(days_ago=70)
    factories.in_state(cast, "closed")
    reports = open_reports(act_as(cast.mel))
    assert reports.count == len(others) + 2
    assert reports.oldest == [untaken, *others[: OLDEST - 1]]
    assert reports.concerned == [untaken, own]


def test_the_oldest_that_concern_somebody_are_kept_when_the_list_is_cut(cast: Cast) -> None:
    own = [factories.coordinated(cast.mel, days_ago=80 - number) for number in range(2)]
    for _ in range(OLDEST):
        factories.coordinated(cast.mia, days_ago=50)
    untaken = [factories.received(days_ago=40 - number / 10) for number in range(CONCERNED)]
    reports = open_reports(act_as(cast.mel))
    assert reports.concerned == [*own, *untaken[: CONCERNED - 2]]


def test_no_query_is_made_for_people_who_may_not_see_reports(cast: Cast) -> None:
    factories.received()
    actors = [ANONYMOUS, *map(act_as, (cast.sam, cast.emil, cast.olga))]
    with CaptureQueriesContext(connection) as queries:
        nothing = [open_reports(actor) for actor in actors]
    assert (nothing, len(queries)) == ([OpenReports()] * 4, 0)
