"""A quarter of a channel at most is removed within seven days, by all checks and all admins together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from members.drift.models import Change, ChangeAct, DriftCheck, Finding
from members.people.models import Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import Browse
from tests.members.drift.services import Services, check_now, services
from tests.members.drift.test_applying import made, order, plan, strangers, team, wanted
from web.conflicts import Conflict

pytestmark = pytest.mark.attack

__all__ = ["services", "team"]

DAY = timedelta(days=1)


def removed(check: DriftCheck, by: Person) -> list[tuple[bool, str]]:
    """Order everybody on no roster out, and make it."""
    return [made(change) for change in order(check, wanted(check, "unknown"), by)]


def test_a_quarter_cannot_be_taken_in_rounds(team: list[Person], services: Services) -> None:
    """By another admin, because of another check, on the next day: seven days count."""
    began = clock.now()
    strangers(services, 4)
    assert removed(check_now(), team[0]) == [(True, "")] * 4
    strangers(services, 1)
    for later in (timedelta(minutes=1), DAY, 7 * DAY - timedelta(minutes=1)):
        with clock.pretend(began + later):
            check = check_now()
            part = plan(check)[1]
            assert (part.removals_left, len(part.week.orders)) == (0, 4)
            assert "5 of 17 would be removed within seven days" in part.refusal
            with pytest.raises(Conflict, match="5 of 17 would be removed within seven days"):
                order(check, wanted(check, "unknown"), team[1])
    with clock.pretend(began + 8 * DAY):
        check = check_now()
        assert (plan(check)[1].removals_left, plan(check)[1].week.more_from) == (3, None)
        assert removed(check, team[1]) == [(True, "")]


def test_a_removal_that_failed_does_not_count(team: list[Person], services: Services) -> None:
    strangers(services, 4)
    check = check_now()
    changes = order(check, wanted(check, "unknown"), team[0])
    assert plan(check)[1].removals_left == 0
    services.mailman.fault = ServiceAnswer(403)
    assert made(changes[0])[0] is False
    assert plan(check)[1].removals_left == 1


def test_the_week_is_asked_again_before_a_removal(team: list[Person], services: Services) -> None:
    """An order that was written before the rule, or beside it, is not made."""
    strangers(services, 5)
    first = check_now()
    unknown = Finding.objects.filter(reading__check_run=first, kind="unknown")
    orders = [
        Change.objects.create(finding=finding, act=ChangeAct.REMOVE, confirmed_by=team[0], confirmed_at=clock.now())
        for finding in unknown
    ]
    done, sentence = made(orders[0])
    assert (done, sentence.startswith("5 of 17 would be removed within seven days")) == (False, True)
    assert made(orders[1]) == (True, "")


def test_an_old_order_is_made_against_what_there_is_now(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    with clock.pretend(clock.now() - 9 * DAY):
        [change] = order((check := check_now()), wanted(check, "unknown"), team[0])
    for address in list(services.mailman.subscribers)[2:12]:
        del services.mailman.subscribers[address]
    assert made(change)[0] is False


def test_the_page_says_how_many_are_left_and_from_when_there_are_more(
    team: list[Person], services: Services, browse: Browse
) -> None:
    strangers(services, 3)
    check, client = check_now(), browse(team[0])
    address = f"{check.get_absolute_url()}apply/"
    before = client.get(address).content.decode()
    assert "Mailing list: 3 more." in before
    [change] = order(check, wanted(check, "unknown")[:1], team[1])
    after = client.get(address).content.decode()
    assert "Mailing list: 2 more, after 1 in the last seven days. One more from" in after
    assert (change.confirmed_at + 7 * DAY).isoformat() in after
