"""The rules a vote keeps."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pytest_django import Settings

from nominations import rules


def test_a_vote_keeps_the_rules_of_its_opening_as_json(settings: Settings) -> None:
    settings.VOTING_PERIOD_HOURS, settings.VETO_WINDOW_HOURS = 168.0, 24.0
    kept = rules.in_force().as_json()
    assert kept == {
        "version": 1,
        "period_hours": 168.0,
        "veto_window_hours": 24.0,
        "base": "yes_no",
        "threshold": [2, 3],
    }
    settings.VOTING_PERIOD_HOURS = 1.0
    read = rules.Rules.from_json(json.loads(json.dumps(kept)))
    assert (read.period, read.veto_window, read.threshold) == (timedelta(hours=168), timedelta(days=1), (2, 3))
    assert (read.period_in_words, read.veto_window_in_words) == ("7 days", "1 day")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=168), "7 days"),
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(hours=0.0025), "9 seconds"),
    ],
)
def test_lengths_are_told_in_the_largest_whole_unit(length: timedelta, words: str) -> None:
    assert rules.in_words(length) == words
