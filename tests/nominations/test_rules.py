"""The rules a vote keeps."""

from __future__ import annotations

import json
from datetime import timedelta

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
        "threshold": (2, 3),
        "low_turnout": (1, 3),
    }
    settings.VOTING_PERIOD_HOURS = 1.0
    read = rules.Rules.from_json(json.loads(json.dumps(kept)))
    assert (read.period, read.veto_window, read.threshold) == (timedelta(hours=168), timedelta(days=1), (2, 3))
    assert (read.period_in_words, read.veto_window_in_words) == ("7 days", "1 day")
    assert read.needed_in_words == "at least two thirds of the yes and no votes"


def test_rules_kept_by_an_earlier_version_can_still_be_read() -> None:
    kept = {
        "version": 1,
        "period_hours": 168.0,
        "veto_window_hours": 24.0,
        "base": "yes_no",
        "threshold": [2, 3],
    }
    assert rules.Rules.from_json(kept).low_turnout == (1, 3)


def test_the_catalogue_shows_every_rule_with_its_default_and_says_which_was_changed(settings: Settings) -> None:
    settings.VETO_WINDOW_HOURS, settings.VOTE_THRESHOLD = 72.0, (3, 4)
    rows = {row.default.name: (row.value, row.shown_default, row.is_default) for row in rules.catalogue()}
    assert rows == {
        "CONSENT_DAYS": ("14", "14", True),
        "VOTING_PERIOD_HOURS": ("168", "168", True),
        "EXTENSION_MAX_HOURS": ("336", "336", True),
        "VOTE_BASE": ("yes_no", "yes_no", True),
        "VOTE_THRESHOLD": ("3/4", "2/3", False),
        "LOW_TURNOUT": ("1/3", "1/3", True),
        "VETO_WINDOW_HOURS": ("72", "168", False),
        "RENOMINATION_WAIT_DAYS": ("90", "90", True),
        "RETURN_BY_DECISION": ("false", "false", True),
    }
