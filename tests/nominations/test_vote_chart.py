"""The drawing of a vote against its threshold, and the sentence above it."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.template.loader import render_to_string

from nominations.tally import Base, Tally, Verdict
from nominations.templatetags.votes import VoteChart, vote_chart


def drawn(verdict: Verdict) -> list[str]:
    """The words of the drawing, from the first to the last in its source."""
    html = render_to_string("components/two_thirds.html", {"verdict": verdict})
    return re.findall(r"<text[^>]*>([^<]*)</text>", html)


def test_the_shapes_are_percents_of_the_bar() -> None:
    assert vote_chart(Verdict(Tally(3, 1, 5))) == VoteChart(
        whole=4,
        yes=75.0,
        no=25.0,
        no_end=100.0,
        has_room_for_yes=True,
        place_of_no="inside",
        line=66.67,
        anchor="middle",
    )


@pytest.mark.parametrize("whole", range(1, 60))
def test_the_needed_number_is_where_the_rule_is(whole: int) -> None:
    needed = Verdict(Tally(whole, 0, 0)).needed
    assert Verdict(Tally(needed, whole - needed, 0)).passes
    assert not Verdict(Tally(needed - 1, whole - needed + 1, 0)).passes


def test_the_numbers_stand_on_the_bar_and_the_line_has_its_own() -> None:
    assert drawn(Verdict(Tally(19, 5, 2))) == ["19 yes", "5 no", "16 needed"]
    assert drawn(Verdict(Tally(1, 19, 0))) == ["1 yes", "19 no", "14 needed"]
    assert drawn(Verdict(Tally(7, 0, 0))) == ["7 yes", "0 no", "5 needed"]
    assert vote_chart(Verdict(Tally(7, 1, 0))).place_of_no == "above"


def test_numbers_never_stand_on_each_other() -> None:
    for base, yes, no in product(Base, range(31), range(31)):
        if not 0 < yes + no <= 31:
            continue
        chart = vote_chart(Verdict(Tally(yes, no, 31 - yes - no), 31, base))
        if chart.place_of_no == "inside":
            # In percent of the bar: its narrowest is 246 pixels, a character has 8.
            yes_ends = 100 * 8 * len(f"{yes} yes") / 246 + (0 if chart.has_room_for_yes else chart.yes)
            no_begins = chart.no_end - 100 * 8 * len(f"{no} no") / 246
            assert yes_ends < no_begins, (base, yes, no)
            assert no_begins > chart.yes


def test_a_part_without_votes_has_no_words_where_there_is_no_room() -> None:
    assert drawn(Verdict(Tally(3, 1, 0), entitled=31, base=Base.ENTITLED)) == ["3 yes", "21 needed"]


@pytest.mark.parametrize(("threshold", "anchor"), [((1, 10), "start"), ((1, 2), "middle"), ((9, 10), "end")])
def test_the_label_of_the_line_stays_inside(threshold: tuple[int, int], anchor: str) -> None:
    assert vote_chart(Verdict(Tally(3, 1, 0), threshold=threshold)).anchor == anchor


def test_a_vote_without_yes_and_no_is_drawn_as_nothing() -> None:
    verdict = Verdict(Tally(0, 0, 4))
    assert (vote_chart(verdict).yes, drawn(verdict)) == (0, [])


@pytest.mark.parametrize(
    ("verdict", "headline"),
    [
        (Verdict(Tally(19, 5, 2)), "Passed: 19 of 24 voted yes, 16 were needed"),
        (Verdict(Tally(2, 2, 0)), "Not passed: 2 of 4 voted yes, 3 were needed"),
        (Verdict(Tally(1, 0, 9)), "Passed: 1 of 1 voted yes, 1 was needed"),
        (Verdict(Tally(0, 3, 0)), "Not passed: nobody voted yes"),
        (Verdict(Tally(0, 0, 0)), "Not passed: nobody voted yes"),
        (Verdict(Tally(4, 1, 3), base=Base.CAST), "Not passed: 4 of 8 ballots cast were yes, 6 were needed"),
        (Verdict(Tally(4, 1, 3), 6, Base.ENTITLED), "Passed: 4 of 6 on the roll voted yes, 4 were needed"),
    ],
)
def test_the_headline_says_it_as_people_do(verdict: Verdict, headline: str) -> None:
    assert verdict.headline == headline


def test_the_comparison_is_the_rule_in_whole_numbers() -> None:
    assert Verdict(Tally(19, 5, 2)).comparison == "3 × 19 = 57 ≥ 2 × 24 = 48"
    assert Verdict(Tally(1, 1, 0)).comparison == "3 × 1 = 3 < 2 × 2 = 4"
    assert Verdict(Tally(3, 1, 0), threshold=(3, 4)).comparison == "4 × 3 = 12 ≥ 3 × 4 = 12"
