"""The number of queries of the pages of the inactivity review, for one name and for thirty."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.inactivity import queries
from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import InactivityReview, ReviewEntry
from members.inactivity.pages.review import review_lines, review_page
from members.inactivity.pages.waiting import area, dashboard_items
from members.people.models import RoleKind
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles, make_member
from tests.members.inactivity.reviews import (
    DAY,
    NOTICE_AT,
    announced,
    before_the_council,
    decided,
    generated,
    made_a_year_ago,
    sent,
    waiting_for,
    work,
)

LIST = "/manage/inactivity/"


def with_names(cast: Cast, names: int) -> InactivityReview:
    """A review before the council in which exactly `names` people are listed as inactive; half of them were put off."""
    at = clock.now() - 20 * DAY
    work(*cast.members, at=at - DAY)
    for number in range(names):
        make_member(f"Member{number} More")
    review = before_the_council(cast, at=at)
    entries = list(ReviewEntry.objects.filter(review=review).to_decide())
    assert len(entries) == names
    for entry in entries[::2]:
        decided(entry, ReviewVerdict.LATER, cast.sam)
    return review


@pytest.mark.parametrize("names", [1, 30])
def test_a_review_is_read_in_six_queries(
    cast: Cast, names: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    review, reader, now = with_names(cast, names), act_as(cast.sam), clock.now()
    with django_assert_num_queries(6):
        page = review_page(InactivityReview.objects.with_names_to_decide().get(pk=review.pk), reader, now)
    assert sum(bool(row.decide_url) for row in page.rows) == names


@pytest.mark.parametrize("reviews", [1, 30])
def test_the_list_is_read_in_one_query(
    cast: Cast, reviews: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(reviews):
        review = generated(announced(cast.ada, at=NOTICE_AT + 20 * number * DAY))
    sent(review, cast.ada)
    now = clock.now()
    with django_assert_num_queries(1):
        lines = review_lines(InactivityReview.objects.generated().with_counts(), now)
    assert [line.phase for line in lines] == ["sent", *["generated"] * (reviews - 1)]
    assert {(line.review.inactive, line.review.told) for line in lines} == {(5, 5)}


def test_every_page_costs_the_same_queries_for_one_name_and_for_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    client.get(LIST)

    def cost(review: InactivityReview) -> list[int]:
        counts = []
        for url in (LIST, f"{LIST}announce/", f"{LIST}{review.pk}/", f"{LIST}{review.pk}/review.csv"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    for_one = cost(with_names(cast, 1))
    InactivityReview.objects.update(sent_at=clock.now() - 30 * DAY)
    for number in range(29):
        make_member(f"Other{number} More")
    for_thirty = cost(before_the_council(cast, at=clock.now() - 19 * DAY))
    assert ReviewEntry.objects.to_decide().count() >= 30
    assert for_one == for_thirty


# -- the dashboard and the manage page ------------------------------------------------------------------------


def test_the_dashboard_item_costs_one_query_and_none_for_a_member(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give_roles(cast.abel, RoleKind.STEERING_COUNCIL)
    readers = [act_as(person) for person in (cast.ada, cast.abel, cast.sam)]
    others = [act_as(person) for person in (cast.mel, cast.emil, cast.olga, None)]
    with_names(cast, 30)
    for later in (0, 400):
        now = clock.now() + later * DAY
        for reader in readers:
            with django_assert_num_queries(1):
                assert dashboard_items(reader, now) != [] or later == 0
            # What waits before the first review is read with the columns of all apps.
            with django_assert_num_queries(2):
                waiting_for(reader, now)
        for reader in others:
            with django_assert_num_queries(0):
                assert waiting_for(reader, now) == []


def test_the_dashboard_asks_for_the_names_of_the_review_sent_last_while_a_newer_one_runs(cast: Cast) -> None:
    older = before_the_council(cast, at=clock.now() - 60 * DAY)
    sent_last = before_the_council(cast, at=clock.now() - 40 * DAY)
    unsent = generated(announced(cast.ada, at=clock.now() - 20 * DAY))
    running = announced(cast.ada, at=clock.now() - DAY)
    assert [review.pk for review in queries.latest_with_names(without=None)] == [running.pk, sent_last.pk]
    assert {older.pk, unsent.pk}.isdisjoint({running.pk, sent_last.pk})
    (item,) = waiting_for(act_as(cast.sam), clock.now())
    assert (item.url, item.detail) == (
        sent_last.get_absolute_url(), "Abel Admin, Ada Admin, Mel Member, Mia Member, Newt Nofactor",
    )  # fmt: skip
    assert waiting_for(act_as(cast.ada), clock.now()) == []


def test_the_manage_page_reads_the_newest_review_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with_names(cast, 30)
    now = clock.now()
    with django_assert_num_queries(1):
        shown = area(queries.latest(), now)
    assert (shown.urgency, shown.tone) == ("30 names to decide", "accent")


def test_the_next_review_is_due_a_year_after_the_last_was_made(cast: Cast) -> None:
    today = clock.now().date()

    def due() -> tuple[date | None, bool]:
        last = queries.made_last()
        return last.next_due_on if last else None, queries.is_due(last, today)

    assert due() == (None, True)
    generated(announced(cast.ada, at=clock.now() - 20 * DAY))
    assert due()[1] is False
    made_a_year_ago(days_more=-1)
    assert due() == (today + DAY, False)
    made_a_year_ago()
    assert due() == (today, True)
    announced(cast.ada)
    assert due() == (today, True)
