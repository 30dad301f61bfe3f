"""Rate limits, counted by an internal function of django-allauth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpRequest
from django.test import RequestFactory

from web.access import within_limit

pytestmark = pytest.mark.django_db

NOON = datetime(2099, 9, 3, 12, 0, tzinfo=UTC)


def post(address: str = "192.0.2.1") -> HttpRequest:
    """A POST from one address."""
    return RequestFactory().post("/", REMOTE_ADDR=address)


def tries(count: int, action: str = "report", rates: str = "3/h/ip", address: str = "192.0.2.1") -> list[bool]:
    """Return the outcomes of so many tries, one after another."""
    return [within_limit(post(address), action, rates) for _ in range(count)]


def test_the_limit_is_the_last_try_that_is_allowed() -> None:
    assert tries(5) == [True, True, True, False, False]


def test_each_action_and_each_address_has_its_own_count() -> None:
    assert tries(4)[-1] is False
    assert tries(1, action="reply") == [True]
    assert tries(1, address="192.0.2.2") == [True]


def test_addresses_of_one_ipv6_network_count_together() -> None:
    assert tries(3, address="2001:db8:0:1::1") == [True] * 3
    assert tries(1, address="2001:db8:0:1:ffff::2") == [False]
    assert tries(1, address="2001:db8:0:2::1") == [True]


def test_of_several_rates_each_holds() -> None:
    assert tries(3, rates="20/h/ip,2/m/ip") == [True, True, False]


def test_tries_are_forgotten_when_their_time_is_over() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert tries(4) == [True, True, True, False]
        clock.shift(timedelta(minutes=59))
        assert tries(1) == [False]
        clock.shift(timedelta(minutes=2))
        assert tries(4) == [True, True, True, False]


def test_reading_a_page_is_no_try() -> None:
    assert [within_limit(RequestFactory().get("/"), "report", "1/h/ip") for _ in range(3)] == [True] * 3
    assert tries(2, rates="1/h/ip") == [True, False]
