"""Parts, lengths and numbers as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from web import wording


@pytest.mark.parametrize(
    ("fraction", "said"),
    [((2, 3), "two thirds"), ((1, 2), "one half"), ((3, 4), "three quarters"), ((51, 100), "51/100")],
)
def test_parts_are_told_in_words_where_there_are_any(fraction: tuple[int, int], said: str) -> None:
    assert wording.part_in_words(fraction) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=168), "7 days"),
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(hours=0.0025), "9 seconds"),
    ],
)
def test_lengths_are_told_in_the_largest_whole_unit(length: timedelta, said: str) -> None:
    assert wording.in_words(length) == said


@pytest.mark.parametrize(
    ("length", "said", "with_weeks"),
    [
        (timedelta(hours=168), "seven days", "one week (168 hours)"),
        (timedelta(days=14), "14 days", "two weeks (336 hours)"),
        (timedelta(days=3), "three days", "three days"),
        (timedelta(hours=1), "one hour", "one hour"),
        (timedelta(days=100), "100 days", "100 days"),
    ],
)
def test_small_numbers_are_spelled_and_whole_weeks_say_their_hours(
    length: timedelta, said: str, with_weeks: str
) -> None:
    assert (wording.spelled(length), wording.weeks(length)) == (said, with_weeks)
