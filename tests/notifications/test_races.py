"""A digest that is joined, begun and taken up at the same time, on PostgreSQL with real transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import clock
from members.people.models import Person
from notifications import workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from tests.advisories import factories as reports
from tests.factories import give_login, make_member
from tests.notifications.mailroom import wants_daily
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


@pytest.fixture
def notices() -> list[str]:
    """Receive two reports, while the only member wants mail that can wait once a day."""
    mia: Person = make_member("Mia Member")
    give_login(mia)
    wants_daily(mia)
    with clock.pretend(EVENING):
        reports.received(reporter_email="", days_ago=0)
        reports.received(reporter_email="", days_ago=0)
    return [str(pk) for pk in Notice.objects.filter(mail=Mail.ATTENTION).values_list("pk", flat=True)]


def at(moment: datetime, act: Callable[[], Any]) -> Callable[[], Any]:
    """Return `act` at that moment, in whatever thread it runs."""

    def then() -> Any:
        with clock.pretend(moment):
            return act()

    return then


def test_two_notices_at_once_make_one_digest(notices: list[str]) -> None:
    first, second = notices
    race(at(EVENING, lambda: workflow.expand(first)), at(EVENING, lambda: workflow.expand(second)))
    assert sorted(one.carrier is None for one in Delivery.objects.all()) == [False, True]


def test_a_delivery_that_joins_a_digest_being_taken_up_is_not_left_behind(notices: list[str]) -> None:
    first, second = notices
    at(EVENING, lambda: workflow.expand(first))()
    taken, _ = race(
        at(MORNING, lambda: workflow.claim(50)),
        at(MORNING - timedelta(seconds=1), lambda: workflow.expand(second)),
    )
    assert len(taken) == 1
    assert [one.carrier for one in Delivery.objects.all()] == [None, None]
