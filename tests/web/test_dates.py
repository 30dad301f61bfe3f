"""Days and moments in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from members.people.models import Precision
from web import dates

DAY = date(2026, 3, 4)
NOON = datetime(2099, 9, 3, 12, tzinfo=UTC)
#: Half past midnight of 5 March where it is written, still 4 March in UTC.
IN_DELHI = datetime(2026, 3, 5, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.parametrize(
    ("when", "wording"),
    [
        (DAY, "4 March 2026"),
        (date(2026, 12, 31), "31 December 2026"),
        (datetime(2026, 3, 4, 23, 59, tzinfo=UTC), "4 March 2026"),
        (IN_DELHI, "4 March 2026"),
        (None, ""),
    ],
)
def test_a_day_is_written_out(when: date | None, wording: str) -> None:
    assert dates.day_in_words(when) == wording


@pytest.mark.parametrize(
    ("moment", "wording"),
    [
        (datetime(2026, 9, 3, 9, 12, 59, tzinfo=UTC), "3 September 2026, 09:12 UTC"),
        (datetime(2026, 9, 13, 0, 0, tzinfo=UTC), "13 September 2026, 00:00 UTC"),
        (IN_DELHI, "4 March 2026, 19:00 UTC"),
    ],
)
def test_a_moment_is_written_in_utc(moment: datetime, wording: str) -> None:
    assert dates.moment_in_words(moment) == wording


@pytest.mark.parametrize(
    ("precision", "wording", "iso"),
    [
        (Precision.DAY, "4 March 2026", "2026-03-04"),
        (Precision.MONTH, "March 2026", "2026-03"),
        (Precision.YEAR, "2026", "2026"),
        (Precision.ABOUT, "about 2026", "2026"),
    ],
)
def test_a_day_is_written_no_more_exactly_than_it_is_known(precision: Precision, wording: str, iso: str) -> None:
    assert dates.vague_day_in_words(DAY, precision) == wording
    assert dates.vague_day_as_iso(DAY, precision) == iso


def test_every_precision_of_a_period_has_its_words() -> None:
    wording = {dates.vague_day_in_words(DAY, precision) for precision in Precision}
    assert len(wording) == len(Precision)


@pytest.mark.parametrize(("when", "iso"), [(DAY, "2026-03-04"), (IN_DELHI, "2026-03-04"), (NOON, "2099-09-03")])
def test_a_day_for_programs_is_that_of_utc(when: date, iso: str) -> None:
    assert dates.day_as_iso(when) == iso


@pytest.mark.parametrize(
    ("away", "wording"),
    [
        (timedelta(seconds=59), "within a minute"),
        (timedelta(0), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(seconds=60), "in 1\xa0minute"),
        (timedelta(seconds=-60), "1\xa0minute ago"),
        (timedelta(seconds=-90), "2\xa0minutes ago"),
        (timedelta(minutes=59, seconds=29), "in 59\xa0minutes"),
        (timedelta(minutes=59, seconds=31), "in 1\xa0hour"),
        (timedelta(hours=9, minutes=29), "in 9\xa0hours"),
        (timedelta(hours=9, minutes=59), "in 10\xa0hours"),
        (timedelta(hours=23, minutes=31), "in 1\xa0day"),
        (timedelta(days=-2, hours=-5), "2\xa0days ago"),
        (timedelta(days=7, seconds=-5), "in 7\xa0days"),
        (timedelta(days=14, seconds=-5), "in 14\xa0days"),
        (timedelta(days=30), "in 30\xa0days"),
        (timedelta(days=40), "in 1\xa0month"),
        (timedelta(days=-50), "2\xa0months ago"),
        (timedelta(days=355), "in 1\xa0year"),
        (timedelta(days=-600), "2\xa0years ago"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_a_distance_is_rounded_in_one_unit(away: timedelta, wording: str) -> None:
    assert dates.distance_in_words(NOON + away) == wording


@pytest.mark.parametrize(
    ("length", "wording"),
    [
        (timedelta(0), "1\xa0minute"),
        (timedelta(seconds=100), "2\xa0minutes"),
        (timedelta(days=-7, seconds=1), "7\xa0days"),
        (timedelta(hours=168), "7\xa0days"),
    ],
)
def test_a_length_is_at_least_a_minute(length: timedelta, wording: str) -> None:
    assert dates.length_in_words(length) == wording


@pytest.mark.parametrize(
    ("length", "wording"),
    [
        (timedelta(0), "a moment"),
        (timedelta(seconds=59), "a moment"),
        (timedelta(seconds=60), "1\xa0minute"),
        (timedelta(hours=9, minutes=59), "10\xa0hours"),
    ],
)
def test_what_has_lasted_less_than_a_minute_is_a_moment(length: timedelta, wording: str) -> None:
    assert dates.elapsed_in_words(NOON - length, NOON) == wording


@pytest.mark.parametrize(
    ("ago", "wording"),
    [
        (timedelta(days=30), "30\xa0days ago"),
        (timedelta(days=30, seconds=1), "on 4 August 2099"),
        (timedelta(days=400), "on 30 July 2098"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_what_is_more_than_a_month_ago_has_its_day(ago: timedelta, wording: str) -> None:
    assert dates.past_in_words(NOON - ago) == wording


@given(seconds=st.integers(min_value=60, max_value=40 * 366 * 86400))
def test_a_rounded_length_is_off_by_half_of_its_unit_at_most(seconds: int) -> None:
    count, unit = dates.length_in_words(timedelta(seconds=seconds)).split("\xa0")
    size = {"minute": 60, "hour": 3600, "day": 86400, "month": 2629746, "year": 31556952}[unit.rstrip("s")]
    assert abs(int(count) * size - seconds) <= size / 2
