"""Days and moments in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine

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
        (timedelta(hours=9, minutes=59), "in 9\xa0hours"),
        (timedelta(days=-2, hours=-5), "2\xa0days ago"),
        (timedelta(days=40), "in 1\xa0month"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_a_distance_is_told_in_its_largest_unit(away: timedelta, wording: str) -> None:
    assert dates.distance_in_words(NOON + away) == wording
