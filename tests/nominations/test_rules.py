"""The rules a vote keeps."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from fractions import Fraction

import pytest
from pytest_django import Settings

from nominations import defaults, rules
from nominations.pages.rules import FIXED, catalogue
from tests.cast import Browse, Cast


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
    rows = {row.default.name: (row.value, row.shown_default, row.is_default) for row in catalogue()}
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


def test_a_part_is_below_another_exactly() -> None:
    parts = [(part, whole) for whole in range(1, 30) for part in range(1, whole + 1)]
    for one, other in itertools.product(parts, [(2, 3), (1, 2), (1, 1)]):
        assert defaults.is_below(one, other) is (Fraction(*one) < Fraction(*other))


@pytest.mark.rule("JOIN-04")
def test_every_rule_names_its_source_and_ours_are_signed_with_no_pep(cast: Cast, browse: Browse) -> None:
    context = browse(cast.mel).get("/nominations/rules/").context
    sources = [rule.default.source for rule in context["rules"]] + [rule.source for rule in context["fixed"]]
    assert len(sources) == 9 + len(FIXED)
    expected = {defaults.PEP_811, defaults.PEP_13, defaults.GUIDE, defaults.OURS}
    assert set(sources) == expected
    assert [source.name for source in expected if not source.url] == ["The portal’s own rule"]
    ours = [rule.sentence for rule in FIXED if rule.source == defaults.OURS]
    for said in ("see who took part", "Abstaining is a third choice", "counted from the moment"):
        assert len([sentence for sentence in ours if said in sentence]) == 1
