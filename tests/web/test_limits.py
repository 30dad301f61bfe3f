"""Rate limits, counted by internal functions of django-allauth under keys that say nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from web.access import within_limit
from web.limits import MAILS_TO_ALL, MAILS_TO_ONE, cache_key, count, forget, may_mail

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


# -- what is kept ----------------------------------------------------------------------------------------------


def rows() -> str:
    """The cache table as a reader of the database finds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        return repr(cursor.fetchall())


def test_the_table_says_neither_who_nor_what() -> None:
    tries(2)
    count(post(), ("password", "5/5m/key", "mel@example.org"))
    may_mail("login", "mel@example.org")
    cache.set("a plain key", "x")
    found = rows()
    assert len(found) > 300
    for word in ("192.0.2.1", "report", "password", "mel", "example", "allauth", "psrt_portal", "plain", "mail"):
        assert word not in found


def test_the_key_of_a_count_is_another_one_each_day_and_under_each_secret(settings: Settings) -> None:
    def key(name: str = "allauth:rl:psrt_portal:report:20/3600/ip:ip:192.0.2.1") -> str:
        return cache_key(name, "", 1)

    with time_machine.travel(NOON, tick=False) as clock:
        today, other = key(), key("something else")
        clock.shift(timedelta(hours=11, minutes=59))
        assert (key(), key("something else")) == (today, other)
        clock.shift(timedelta(minutes=2))
        assert key() != today
        assert key("something else") == other
        tomorrow = key()
        settings.SECRET_KEY = "another-key-" * 10
        assert key() != tomorrow
    assert (len(today), set(today) <= set("0123456789abcdef")) == (64, True)


def test_a_try_that_one_count_refuses_is_counted_by_none() -> None:
    rates = ("one", "9/h/ip", None), ("two", "1/h/key", "x")
    assert [count(post(), *rates) is not None for _ in range(8)] == [True] + [False] * 7
    assert [count(post(), rates[0]) is not None for _ in range(9)] == [True] * 8 + [False]


def test_a_try_can_be_taken_back_and_counts_begun_anew() -> None:
    rate = ("one", "1/h/key", "x")
    usage = count(post(), rate)
    assert usage is not None
    assert count(post(), rate) is None
    usage.rollback()
    assert count(post(), rate) is not None
    forget(post(), rate)
    assert count(post(), rate) is not None


def test_variants_of_one_mailbox_count_together_and_kinds_apart() -> None:
    most = int(MAILS_TO_ONE.partition("/")[0])
    variants = [f"Mel+{number}@Example.org " for number in range(most)]
    assert [may_mail("login", one) for one in variants] == [True] * most
    assert not may_mail("login", "mel@example.org")
    assert may_mail("reporter", "mel@example.org")
    assert may_mail("login", "mel@example.net")
    assert may_mail("login", "mia@example.org")


def test_all_mailboxes_together_have_a_limit() -> None:
    most = int(MAILS_TO_ALL.partition("/")[0])
    sent = [may_mail("login", f"number{number}@example.org") for number in range(most + 2)]
    assert sent == [True] * most + [False, False]
