"""Rules that stand in Python for a row in hand and in SQL for a query: the two never differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest

from members.people.models import Membership, MembershipEnded, Person, Role, emeritus_on
from members.people.models.person import covering, ended_by
from members.people.queries.people import status_of, with_status
from members.people.queries.roster import roster
from tests.factories import new_person

DAY = date(2026, 5, 4)
#: Unknown, and every side of the day.
DAYS = [None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
DAYS_ASKED = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]


def every_period() -> Iterator[dict[str, Any]]:
    """Yield the days of every kind of period that the constraints allow."""
    for since, until, recorded_on, has_unknown_end in product(DAYS, DAYS, DAYS, [False, True]):
        is_in_order = since is None or until is None or until >= since
        if is_in_order and not (until and has_unknown_end):
            days = {"since": since, "until": until, "recorded_on": recorded_on}
            yield {**days, "ended_on_unknown_day": has_unknown_end}


@pytest.fixture
def periods(db: None) -> list[Role]:
    """Return one role of every kind of period, each of another person."""
    kinds = list(every_period())
    people = Person.objects.bulk_create(new_person(f"Pat {number}", github="") for number in range(len(kinds)))
    return Role.objects.bulk_create(
        Role(person=person, kind="triager", **days) for person, days in zip(people, kinds, strict=True)
    )


@pytest.mark.parametrize("day", DAYS_ASKED)
def test_a_period_covers_a_day_in_sql_and_in_python_alike(periods: list[Role], day: date) -> None:
    covering_day = {role.pk for role in periods if role.covers(day)}
    assert 0 < len(covering_day) < len(periods)
    assert set(Role.objects.filter(covering(day)).values_list("pk", flat=True)) == covering_day
    assert set(Role.objects.on(day).values_list("pk", flat=True)) == covering_day
    holders = {role.person_id for role in periods if role.covers(day)}
    assert set(Person.objects.holding("triager", day).values_list("pk", flat=True)) == holders


@pytest.mark.parametrize("day", DAYS_ASKED)
def test_a_period_is_over_on_a_day_in_sql_and_in_python_alike(periods: list[Role], day: date) -> None:
    over = {role.pk for role in periods if role.is_over(day)}
    assert 0 < len(over) < len(periods)
    assert set(Role.objects.filter(ended_by(day)).values_list("pk", flat=True)) == over


@pytest.mark.parametrize("day", DAYS_ASKED)
def test_no_period_covers_a_day_on_which_it_is_over(periods: list[Role], day: date) -> None:
    assert [role for role in periods if role.covers(day) and role.is_over(day)] == []


def every_membership() -> list[dict[str, Any]]:
    """Return memberships of every kind that decides who is emeritus: how and when they ended, or run."""
    ends = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    ended = [{"until": until, "ended": how} for until, how in product(ends, MembershipEnded)]
    unknown = [
        {"ended_on_unknown_day": True, "recorded_on": end, "ended": how} for end in ends for how in MembershipEnded
    ]
    return [*ended, *unknown, {"since": DAY}, {"since": None}]


def test_the_roster_the_query_and_the_record_agree_about_who_is_emeritus(db: None) -> None:
    """Every history of one and of two memberships, both orders of writing them down: ties included."""
    kinds = every_membership()
    histories = [[kind] for kind in kinds] + [
        list(pair) for both in combinations(kinds, 2) for pair in (both, both[::-1])
    ]
    histories = [rows for rows in histories if sum("ended" not in row for row in rows) < 2]
    people = Person.objects.bulk_create(new_person(f"Pat {number}", github="") for number in range(len(histories)))
    # Sinces in the opposite order of ids: the order of rows must not decide who is emeritus.
    Membership.objects.bulk_create(
        Membership(person=person, began="record", **{"since": date(2020 - position, 1, 1), **row})
        for person, rows in zip(people, histories, strict=True)
        for position, row in enumerate(rows)
    )
    for day in DAYS_ASKED:
        by_person = {
            person.pk: list(person.memberships.all()) for person in Person.objects.prefetch_related("memberships")
        }
        in_python = {pk for pk, memberships in by_person.items() if emeritus_on(day, memberships)}
        assert 0 < len(in_python) < len(people)
        assert set(Person.objects.emeritus(day).values_list("pk", flat=True)) == in_python
        former = roster(day).emeritus
        assert {entry.person_id for entry in former if entry.is_emeritus} == in_python
        assert {entry.person_id for entry in former} == {
            pk
            for pk, memberships in by_person.items()
            if any(row.is_over(day) for row in memberships) and not any(row.covers(day) for row in memberships)
        }


def test_a_record_says_emeritus_of_the_same_people_as_the_roster(db: None) -> None:
    kinds = every_membership()
    people = Person.objects.bulk_create(new_person(f"Pat {number}", github="") for number in range(len(kinds)))
    Membership.objects.bulk_create(
        Membership(person=person, began="record", **kind) for person, kind in zip(people, kinds, strict=True)
    )
    now = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    statuses = [status_of(person, []) for person in with_status(Person.objects.all(), now)]
    team = roster(DAY)
    assert {status.person.pk for status in statuses if status.label == "Emeritus"} == {
        entry.person_id for entry in team.emeritus if entry.is_emeritus
    }
    public = {entry.person_id for entry in (*team.members, *team.emeritus)}
    assert {status.person.pk for status in statuses if status.is_public} == public
