"""The number of queries of boarding's pages and dashboard source, with one row and with many."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.boarding.models import Checklist
from members.boarding.pages.waiting import waiting_for
from members.channels.models import Channel
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from tests.members.boarding.pages import begin, leave

#: Queries of every page: the session, and the reader with everything they are.
SIGNED_IN = 2


@pytest.fixture
def admin(cast: Cast, browse: Browse) -> Client:
    """Return the browser of an admin who has visited before."""
    client = browse(cast.ada)
    client.get("/manage/onboarding/")
    return client


def fill(count: int) -> None:
    """Begin as many checklists of each direction, each with `count` lists besides the first channels."""
    Channel.objects.bulk_create(Channel(name=f"List {number}") for number in range(count))
    for number in range(count):
        begin(make_person(f"New {number}", github=""), email="")
        leave(make_member(f"Old {number}", github=""))


@pytest.mark.parametrize("count", [1, 30])
def test_a_checklist_page_takes_a_constant_number_of_queries(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(count)
    onboarding, offboarding = Checklist.objects.onboardings()[0], Checklist.objects.offboardings()[0]
    with django_assert_num_queries(SIGNED_IN + 6):
        assert admin.get(onboarding.get_absolute_url()).status_code == 200
    with django_assert_num_queries(SIGNED_IN + 7):
        assert admin.get(offboarding.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_of_checklists_takes_a_constant_number_of_queries(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(count)
    for address in ("/manage/onboarding/", "/manage/offboarding/"):
        with django_assert_num_queries(SIGNED_IN + 5):
            assert admin.get(address).status_code == 200


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_dashboard_source_takes_one_query(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(count)
    admin, now = act_as(cast.ada), clock.now()
    with django_assert_num_queries(1):
        items = waiting_for(admin, now)
    assert len(items) == 2 * count
    for person in (cast.mel, cast.sam):
        actor = act_as(person)
        with django_assert_num_queries(0):
            assert waiting_for(actor, now) == []
