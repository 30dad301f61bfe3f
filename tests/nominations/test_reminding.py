"""Reminders: to whoever is waited for, once, by a job that shows the list to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit import clock
from audit.models import Event
from nominations import tasks, workflow
from nominations.events import NominationEvent
from nominations.models import Phase, Reminder, ReminderKind, Vote
from notifications.audiences import nominations as audiences
from tests.cast import Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import YES

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)


def reminded(vote: Vote, at: datetime) -> list[str]:
    """The reminders that the schedule makes at this moment when it is asked three times."""
    with clock.pretend(at):
        return [reminder.kind for _ in range(3) for reminder in workflow.remind(vote)]


def test_voters_are_reminded_at_half_time_and_a_day_before_the_end_once_each(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    half, last = vote.opened_at + 3.5 * DAY, vote.closes_at - DAY
    assert reminded(vote, half - MOMENT) == []
    assert reminded(vote, half) == [ReminderKind.HALF_TIME]
    assert reminded(vote, last - MOMENT) == []
    assert reminded(vote, last) == [ReminderKind.LAST_DAY]
    assert reminded(vote, vote.closes_at) == []


def test_a_worker_that_was_away_sends_no_pile(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    assert reminded(vote, vote.closes_at - MOMENT) == [ReminderKind.LAST_DAY]


def test_an_extended_vote_reminds_again_before_its_new_end(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    assert reminded(vote, vote.closes_at - DAY) == [ReminderKind.LAST_DAY]
    with clock.pretend(vote.closes_at - MOMENT):
        workflow.extend(vote.nomination, hours=72, reason="x", by=act_as(cast.ada))
    assert reminded(vote, vote.closes_at + 2 * DAY) == [ReminderKind.LAST_DAY]


def test_a_vote_of_a_few_hours_reminds_at_half_time_only(cast: Cast, settings: object) -> None:
    settings.VOTING_PERIOD_HOURS = 10.0  # type: ignore[attr-defined]
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    assert reminded(vote, vote.closes_at - MOMENT) == [ReminderKind.HALF_TIME]


def test_the_council_is_reminded_at_half_time_and_its_silence_is_told_once(cast: Cast) -> None:
    vote = factories.counted(cast, factories.passing(cast), opened=7 * DAY)
    assert vote.closed_at is not None
    assert vote.veto_until is not None
    half = vote.closed_at + 3.5 * DAY
    assert reminded(vote, half - MOMENT) == []
    assert reminded(vote, half) == [ReminderKind.VETO_HALF_TIME]
    assert reminded(vote, vote.veto_until) == [ReminderKind.VETO_OVER]


@pytest.mark.parametrize(
    "phase", [Phase.CLOSING, Phase.FAILED, Phase.VETOED, Phase.JOINED, Phase.WITHDRAWN, Phase.CANCELLED]
)
def test_nobody_is_reminded_of_what_is_over(cast: Cast, phase: Phase) -> None:
    vote = factories.make(phase, cast).vote
    assert reminded(vote, clock.now()) == []


def test_the_reminder_goes_to_who_has_not_voted_when_it_is_sent_and_the_log_names_nobody(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote  # Mia, Rita, Abel and Sara have voted
    reminded(vote, vote.closes_at - DAY)
    event = Event.objects.get(kind=NominationEvent.VOTERS_REMINDED)
    assert (event.actor, sorted(event.data)) == ("system", ["nomination", "reminder"])
    assert set(audiences.voters_without_ballot(event)) == {cast.ada, cast.mel, cast.newt}
    workflow.cast(vote, YES, by=act_as(cast.mel))
    assert set(audiences.voters_without_ballot(event)) == {cast.ada, cast.newt}
    with clock.pretend(vote.closes_at):
        assert set(audiences.voters_without_ballot(event)) == set()


def test_the_schedule_reminds(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    with clock.pretend(vote.closes_at - DAY):
        tasks.close_due_votes()
        tasks.close_due_votes()
    assert [reminder.kind for reminder in Reminder.objects.all()] == [ReminderKind.LAST_DAY]
