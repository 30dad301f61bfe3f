"""Two thirds, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from nominations.tally import Base, Choice, Tally, Verdict


def passes(yes: int, no: int, abstain: int = 0) -> bool:
    return Verdict(Tally(yes, no, abstain)).passes


def by_fractions(yes: int, no: int) -> bool:
    """PEP 811's rule as a mathematician writes it."""
    return yes > 0 and Fraction(yes, yes + no) >= Fraction(2, 3)


@pytest.mark.rule("PEP811-17", "SEED-17", "PSRT-07")
@pytest.mark.no_cover  # a million times the same five lines
def test_the_rule_agrees_with_fractions_for_every_vote_of_up_to_two_hundred() -> None:
    most, checked, different = 200, 0, []
    for yes in range(most + 1):
        for no in range(most + 1 - yes):
            right = by_fractions(yes, no)
            for abstain in range(most + 1 - yes - no):
                checked += 1
                if passes(yes, no, abstain) is not right:
                    different.append((yes, no, abstain))
    assert (checked, different) == (1_373_701, [])


@pytest.mark.rule("PEP811-17", "SEED-17")
@pytest.mark.parametrize(
    ("yes", "no", "result"),
    [(2, 1, True), (4, 2, True), (20, 10, True), (21, 10, True), (21, 11, False), (19, 10, False), (1, 0, True)],
)
def test_the_golden_table_holds(yes: int, no: int, result: bool) -> None:
    assert passes(yes, no) is result


def test_nobody_or_only_abstentions_fail() -> None:
    assert not passes(0, 0)
    assert not passes(0, 0, 30)


def test_abstentions_change_nothing() -> None:
    assert {passes(20, 10, abstain) for abstain in range(100)} == {True}
    assert {passes(19, 10, abstain) for abstain in range(100)} == {False}


@pytest.mark.parametrize(
    ("base", "tally", "reason"),
    [
        (Base.YES_NO, Tally(21, 10, 3), "21 yes, 10 no: 63 >= 62, passes"),
        (Base.YES_NO, Tally(20, 11, 0), "20 yes, 11 no: 60 < 62, fails"),
        (Base.YES_NO, Tally(0, 0, 4), "0 yes, 0 no: nobody voted yes, fails"),
        (Base.CAST, Tally(20, 5, 5), "20 yes, 30 cast: 60 >= 60, passes"),
        (Base.CAST, Tally(20, 5, 6), "20 yes, 31 cast: 60 < 62, fails"),
        (Base.ENTITLED, Tally(24, 0, 0), "24 yes, 36 on the roll: 72 >= 72, passes"),
        (Base.ENTITLED, Tally(23, 0, 0), "23 yes, 36 on the roll: 69 < 72, fails"),
        (Base.ENTITLED, Tally(0, 0, 36), "0 yes, 36 on the roll: nobody voted yes, fails"),
    ],
)
def test_the_reason_is_the_sum_in_words_and_figures(base: Base, tally: Tally, reason: str) -> None:
    verdict = Verdict(tally, entitled=36, base=base)
    assert (verdict.reason, verdict.passes) == (reason, reason.endswith("passes"))


@pytest.mark.parametrize("threshold", [(1, 2), (3, 4), (1, 1), (51, 100)])
def test_any_threshold_is_exact(threshold: tuple[int, int]) -> None:
    line = Fraction(*threshold)
    for yes in range(1, 40):
        for no in range(40):
            assert Verdict(Tally(yes, no, 0), threshold=threshold).passes is (Fraction(yes, yes + no) >= line)


def test_choices_are_counted_by_kind() -> None:
    tally = Tally.of(["yes", "no", "yes", "abstain", "yes", "no"])
    assert tally == Tally(3, 2, 1)
    assert (tally.cast, Verdict(tally).whole) == (6, 5)
    assert Tally.of([]) == Tally(0, 0, 0)


def test_an_unknown_choice_is_no_vote_at_all() -> None:
    with pytest.raises(ValueError, match="maybe"):
        Tally.of([Choice.YES, "maybe"])


def test_turnout_below_a_third_of_the_roll_is_low() -> None:
    assert Tally(5, 3, 1).is_low(28)
    assert not Tally(5, 3, 1).is_low(27)
    assert Tally(5, 3, 1).is_low(19, (1, 2))
