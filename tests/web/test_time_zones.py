"""Time zones to choose from: each once, under its present name."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest

from web import time_zones


def test_a_zone_has_one_entry_and_not_its_old_names() -> None:
    places = time_zones.places()
    doubles = {"America/Indianapolis", "America/Buenos_Aires", "Asia/Calcutta", "Europe/Kiev", "US/Eastern", "UTC"}
    assert {"America/Indiana/Indianapolis", "Asia/Kolkata", "Europe/Kyiv", "Europe/Oslo"} <= places
    assert doubles & places == set()


def test_every_zone_is_one_that_python_knows() -> None:
    assert {ZoneInfo(name).key for name in time_zones.places()} == time_zones.places()
    assert time_zones.places() <= available_timezones()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("America/Indianapolis", "America/Indiana/Indianapolis"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "UTC"),
        ("Moon/Base", "UTC"),
        ("", "UTC"),
    ],
)
def test_an_old_name_leads_to_the_present_one(name: str, found: str) -> None:
    assert time_zones.canonical(name) == found
