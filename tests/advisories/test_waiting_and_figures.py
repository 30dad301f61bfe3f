"""What waits for a member, and what the start page counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisories.publication.queries import figures
from advisories.publication.queries.figures import YearCount
from advisories.publication.workflow import publication
from advisories.reports.pages.waiting import MOST, waiting_for
from audit import clock
from members.people.models import Person
from members.people.policy import ANONYMOUS
from members.people.registry import credits_of
from tests.advisories import factories
from tests.advisories.factories import DRAFT, content, imported
from tests.cast import Cast, act_as
from web.waiting import Waiting

pytestmark = pytest.mark.django_db


def waits(person: Person) -> list[Waiting]:
    return waiting_for(act_as(person), clock.now())


def brief(items: list[Waiting]) -> list[tuple[str, str, str]]:
    return [(item.urgency, item.tone, item.action) for item in items]


def test_reports_that_nobody_took_wait_for_every_member(cast: Cast) -> None:
    factories.received(days_ago=1)
    factories.received(days_ago=5)
    expected = [("Idle for 5 days", "now", "Look"), ("New", "accent", "Look")]
    assert brief(waits(cast.mel)) == brief(waits(cast.ada)) == expected


def test_nothing_waits_for_people_outside_the_team(cast: Cast) -> None:
    factories.received()
    actors, now = [ANONYMOUS, *map(act_as, (cast.sam, cast.emil, cast.olga))], clock.now()
    with CaptureQueriesContext(connection) as queries:
        assert [waiting_for(actor, now) for actor in actors] == [[], [], [], []]
    assert len(queries) == 0


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


def test_what_is_due_first_is_on_top(cast: Cast) -> None:
    factories.received(days_ago=0.5)
    factories.coordinated(cast.mel, days_ago=89.5)
    factories.received(days_ago=10)
    dues = [item.due for item in waits(cast.mel) if item.due]
    assert len(dues) == 3
    assert dues == sorted(dues)


def test_one_query_finds_what_waits_however_many_reports(cast: Cast) -> None:
    actor, now, counts = act_as(cast.mel), clock.now(), []
    for more in (3, MOST):
        for _ in range(more):
            factories.received()
        with CaptureQueriesContext(connection) as queries:
            items = waiting_for(actor, now)
        counts.append(len(queries))
    assert (counts, len(items)) == ([1, 1], MOST)


# -- figures -------------------------------------------------------------------------------------------------


def test_advisories_are_counted_by_year_without_gaps(cast: Cast) -> None:
    assert figures.published_per_year() == []
    imported(content(1, year=2021), content(1), content(2))
    factories.drafted(cast.mel)
    with CaptureQueriesContext(connection) as queries:
        counts = figures.published_per_year()
    assert counts == [YearCount(2021, 1), YearCount(2022, 0), YearCount(2023, 0), YearCount(2024, 2)]
    assert len(queries) == 1


def test_a_year_begins_at_midnight_utc() -> None:
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    imported(content(1, published=new_year - timedelta(seconds=1)), content(2, published=new_year))
    assert figures.published_per_year() == [YearCount(2024, 1), YearCount(2025, 1)]


def test_the_latest_are_published_ones(cast: Cast) -> None:
    imported(*(content(number) for number in range(1, 8)))
    factories.approved(cast.mel, cast.mia)
    with CaptureQueriesContext(connection) as queries:
        found = [advisory.psf_id for advisory in figures.latest(3)]
    assert found == ["PSF-2024-7", "PSF-2024-6", "PSF-2024-5"]
    assert len(queries) == 1


def test_a_persons_credits_are_shown_once_they_are_published(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert credits_of(cast.mel.pk) == []
    advisory = publication.publish(report, revision=1, by=act_as(cast.mel))
    assert [(credit.title, credit.url, credit.role) for credit in credits_of(cast.mel.pk)] == [
        (f"{advisory.psf_id}: {DRAFT.title}", advisory.get_absolute_url(), "Coordinator")
    ]
    assert credits_of(cast.mia.pk) == []
    assert advisory.get_absolute_url() in Client().get("/members/mel-member/").content.decode()
