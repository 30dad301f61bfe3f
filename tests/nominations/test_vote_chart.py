"""The drawing of a vote against its threshold."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from nominations.tally import Tally, Verdict
from nominations.templatetags.votes import VoteChart, vote_chart


def test_the_shapes_are_parts_of_the_width_of_the_drawing() -> None:
    assert vote_chart(Verdict(Tally(3, 1, 5))) == VoteChart(
        whole=4, needed=3, part="two thirds", yes_width=360.0, line=320.0
    )


@pytest.mark.parametrize("whole", range(1, 60))
def test_the_line_of_two_thirds_is_where_the_rule_is(whole: int) -> None:
    needed = vote_chart(Verdict(Tally(whole, 0, 0))).needed
    assert Verdict(Tally(needed, whole - needed, 0)).passes
    assert not Verdict(Tally(needed - 1, whole - needed + 1, 0)).passes


def test_a_vote_without_yes_and_no_is_drawn_as_nothing() -> None:
    verdict = Verdict(Tally(0, 0, 4))
    assert vote_chart(verdict).yes_width == 0
    assert "Nobody said yes or no." in render_to_string("components/two_thirds.html", {"verdict": verdict})
