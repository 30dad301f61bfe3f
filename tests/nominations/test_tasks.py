"""The scheduled tasks about votes."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from nominations import keys, tasks
from nominations.models import Phase, SealedBallot, Vote
from psrt_portal import celery_app
from tests.cast import Cast
from tests.nominations import factories


def test_the_schedule_calls_the_task_by_its_name() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["close-due-votes"]["task"] == tasks.close_due_votes.name
    assert tasks.close_due_votes.name in celery_app.tasks


@pytest.mark.rule("JOIN-05")
def test_due_votes_are_counted_and_the_others_left_alone(cast: Cast) -> None:
    due = factories.make(Phase.CLOSING, cast).vote
    others = [factories.make(phase, cast, person).vote for phase, person in (
        (Phase.OPEN, cast.olga), (Phase.WITHDRAWN, cast.emil), (Phase.VETO_WINDOW, cast.sam)
    )]  # fmt: skip
    before = {vote.pk: vote.closed_at for vote in others}
    tasks.close_due_votes()
    due.refresh_from_db()
    assert due.reason == "2 yes, 1 no: 6 >= 6, passes"
    assert {vote.pk: vote.closed_at for vote in Vote.objects.exclude(pk=due.pk)} == before


def test_running_again_changes_nothing(cast: Cast) -> None:
    factories.make(Phase.CLOSING, cast)
    tasks.close_due_votes()
    before = list(Vote.objects.values())
    tasks.close_due_votes()
    assert list(Vote.objects.values()) == before


def test_one_vote_that_cannot_be_counted_stops_no_other(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    broken = factories.make(Phase.CLOSING, cast).vote
    sound = factories.make(Phase.CLOSING, cast, cast.olga).vote
    keys.destroy(broken.pk)
    with caplog.at_level(logging.ERROR):
        tasks.close_due_votes()
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.tally, sound.tally is None) == (None, False)
    assert caplog.messages == [f"close_vote of {broken.pk} failed with SealingError"]
    assert SealedBallot.objects.filter(entry__vote=broken).count() == 7


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.VETO_WINDOW, Phase.VETOED, Phase.JOINED, Phase.WITHDRAWN])
def test_a_key_that_outlived_its_vote_is_destroyed(cast: Cast, phase: Phase) -> None:
    vote = factories.make(phase, cast).vote  # the test's transaction never commits: nothing destroyed it yet
    assert keys.path_of(vote.pk).exists()
    tasks.close_due_votes()
    vote.refresh_from_db()
    assert vote.key_destroyed_at is not None
    assert not keys.path_of(vote.pk).exists()
