"""A vote is open for 168 hours by the database's clock, whatever local clocks show."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from time import sleep
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit import clock
from nominations import tasks, workflow
from nominations.models import Phase, SealedBallot, Vote
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.nominations import factories
from tests.nominations.factories import DAY, NO, YES, phase_of
from web.conflicts import Conflict

WEEK = timedelta(hours=168)
MILLISECOND = timedelta(milliseconds=1)
ZONES = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Sydney",
]


def changes_of(zone: ZoneInfo) -> list[datetime]:
    """The days of 2026 and 2027 in whose course the clocks of `zone` change, at noon there."""
    days = [datetime(2026, 1, 1, 12, tzinfo=zone) + number * DAY for number in range(730)]
    return [day for day in days if (day - DAY).utcoffset() != day.utcoffset()]


@pytest.mark.rule("PEP811-18", "JOIN-02")
@pytest.mark.parametrize("zone", ZONES)
def test_a_vote_is_open_for_168_hours_across_every_clock_change(cast: Cast, settings: Settings, zone: str) -> None:
    settings.TIME_ZONE = zone  # also sets this process's TZ
    here = ZoneInfo(zone)
    changes = changes_of(here)
    assert len(changes) == 4
    for number, change in enumerate(changes):
        opened = datetime.combine(change - 3 * DAY, time(21, 30), here).astimezone(UTC)
        with timezone.override(zone):
            nomination = factories.propose(make_person(f"Nominee{number}"), cast.mel, at=opened - DAY)
            vote = factories.open_vote(nomination, cast.ada, at=opened)
        vote.refresh_from_db()
        assert (vote.opened_at, vote.closes_at - vote.opened_at) == (opened, WEEK)
        wall = [moment.astimezone(here).replace(tzinfo=None) for moment in (vote.opened_at, vote.closes_at)]
        assert abs(wall[1] - wall[0] - WEEK) == timedelta(hours=1)
        with timezone.override(zone):
            assert_open_until(vote, opened + WEEK, cast)


def assert_open_until(vote: Vote, end: datetime, cast: Cast) -> None:
    """A millisecond before `end` a ballot is taken and nothing is counted; at `end` it is the other way round."""
    factories.cast_ballots(vote, {cast.mia: YES}, at=end - MILLISECOND)
    with pytest.raises(Conflict, match="never early"):
        factories.close(vote, at=end - MILLISECOND)
    with pytest.raises(Conflict, match="voting has ended"):
        factories.cast_ballots(vote, {cast.rita: YES}, at=end)
    assert factories.close(vote, at=end).yes == 1


# -- a wrong clock; what it must not do to an open vote is in test_races.py ------------------------------


@pytest.mark.server_versions
@pytest.mark.parametrize("days", [8, -8])
def test_a_wrong_clock_moves_neither_the_opening_nor_the_close(cast: Cast, days: int) -> None:
    before = database_says()
    over = factories.make(Phase.CLOSING, cast, cast.olga)
    with time_machine.travel(before + timedelta(days=days)):
        vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    assert before < vote.opened_at < database_says()
    assert vote.closes_at == vote.opened_at + WEEK
    with time_machine.travel(before + timedelta(days=days)):
        with pytest.raises(Conflict, match="voting has ended"):
            workflow.cast(over.vote, NO, by=act_as(cast.mel))
        tasks.close_due_votes()
    counted = factories.fresh(over).vote
    assert counted.closed_at is not None
    assert before < counted.closed_at < database_says()
    assert (phase_of(vote.nomination), counted.yes, counted.no) == (Phase.OPEN, 2, 1)


def database_says() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


# -- the last moment -------------------------------------------------------------------------------------


def test_a_ballot_posted_a_millisecond_early_gets_a_receipt_and_one_posted_late_a_sentence(
    cast: Cast, browse: Browse
) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    page, detail = (reverse(f"nominations:{name}", args=[vote.nomination_id]) for name in ("vote", "detail"))
    early, late = browse(cast.mia), browse(cast.rita)
    with clock.pretend(vote.closes_at - MILLISECOND):
        answer = early.post(page, {"choice": "yes"}, follow=True)
    assert (answer.status_code, "Your receipt" in answer.content.decode()) == (200, True)
    for at in (vote.closes_at, vote.closes_at + MILLISECOND):
        with clock.pretend(at):
            refusal = late.post(page, {"choice": "no"})
            shown = late.get(detail)
        assert (refusal.status_code, refusal["Location"]) == (302, detail)
        assert [str(message) for message in shown.context["messages"]] == [
            "This is not possible now: voting has ended and the ballots are being counted."
        ]
    assert SealedBallot.objects.get(revision__gt=0).entry.person == cast.mia
    assert vote.roll.voted().get().person == cast.mia


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_a_ballot_that_waited_past_the_close_is_refused(cast: Cast) -> None:
    at = clock.now() - WEEK + timedelta(seconds=1.5)
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel, at=at - DAY), cast.ada, at=at)

    def vote_in_time() -> str:
        try:
            return workflow.cast(vote, YES, by=act_as(cast.mia))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert SealedBallot.objects.select_for_update().get(entry__person=cast.mia).revision == 0
            waiting = pool.submit(vote_in_time)
            while clock.now() < vote.closes_at:
                sleep(0.02)
        with pytest.raises(Conflict, match="voting has ended"):
            waiting.result(10)
    assert not SealedBallot.objects.filter(revision__gt=0).exists()
