"""Two thirds, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from nominations.tally import Choice, Tally


def by_fractions(yes: int, no: int) -> bool:
    """PEP 811's rule as a mathematician writes it."""
    return yes > 0 and Fraction(yes, yes + no) >= Fraction(2, 3)


def test_the_rule_agrees_with_fractions_for_every_vote_of_up_to_sixty_voters() -> None:
    different = [
        (yes, no, abstain)
        for yes in range(61)
        for no in range(61 - yes)
        for abstain in range(61 - yes - no)
        if Tally(yes, no, abstain).passes != by_fractions(yes, no)
    ]
    assert different == []


@pytest.mark.parametrize(
    ("yes", "no", "passes"),
    [(2, 1, True), (4, 2, True), (20, 10, True), (21, 10, True), (21, 11, False), (19, 10, False), (1, 0, True)],
)
def test_the_golden_table_holds(yes: int, no: int, passes: bool) -> None:
    assert Tally(yes, no, 0).passes is passes


def test_nobody_or_only_abstentions_fail() -> None:
    assert not Tally(0, 0, 0).passes
    assert not Tally(0, 0, 30).passes


def test_abstentions_change_nothing() -> None:
    assert {Tally(20, 10, abstain).passes for abstain in range(100)} == {True}
    assert {Tally(19, 10, abstain).passes for abstain in range(100)} == {False}


@pytest.mark.parametrize(
    ("tally", "reason"),
    [
        (Tally(21, 10, 3), "21 yes, 10 no: 63 >= 62, passes"),
        (Tally(20, 11, 0), "20 yes, 11 no: 60 < 62, fails"),
        (Tally(0, 0, 4), "0 yes, 0 no: nobody voted yes, fails"),
    ],
)
def test_the_reason_is_the_sum_in_words_and_figures(tally: Tally, reason: str) -> None:
    assert tally.reason == reason


def test_choices_are_counted_by_kind() -> None:
    tally = Tally.of(["yes", "no", "yes", "abstain", "yes", "no"])
    assert tally == Tally(3, 2, 1)
    assert (tally.cast, tally.decided) == (6, 5)
    assert Tally.of([]) == Tally(0, 0, 0)


def test_an_unknown_choice_is_no_vote_at_all() -> None:
    with pytest.raises(ValueError, match="maybe"):
        Tally.of([Choice.YES, "maybe"])


def test_turnout_below_a_third_of_the_roll_is_low() -> None:
    assert Tally(5, 3, 1).is_low(28)
    assert not Tally(5, 3, 1).is_low(27)
