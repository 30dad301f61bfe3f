"""A statement is compiled once and gives each time what its query would give."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length
from pytest_django import DjangoAssertNumQueries

from members.people.models import Membership, Person
from members.people.policy import actor_of
from tests.cast import Cast
from tests.factories import make_person
from web.statements import Statement

pytestmark = pytest.mark.django_db
NOBODY = uuid.UUID(int=0)


def test_values_are_put_in_anew_and_constants_stay() -> None:
    built: list[tuple[uuid.UUID, str]] = []

    def named(pk: uuid.UUID, name: str) -> QuerySet[Person, tuple[str]]:
        built.append((pk, name))
        return Person.objects.filter(pk=pk, name=name).exclude(slug="nobody").values_list("slug")

    statement = Statement(named, pk=NOBODY, name="-")
    ada, bob = make_person("Ada A"), make_person("Bob B")
    rows = [statement.row(pk=person.pk, name=name) for person in (ada, bob) for name in ("Ada A", "Bob B")]
    assert rows == [(ada.slug,), None, None, (bob.slug,)]
    assert built == [(NOBODY, "-")]


def test_an_argument_that_the_query_does_not_use_is_a_mistake() -> None:
    statement = Statement(lambda pk, day: Person.objects.filter(pk=pk).values_list("name"), pk=NOBODY, day=date.min)
    with pytest.raises(TypeError, match="does not depend on day"):
        statement.row(pk=NOBODY, day=date(2026, 5, 4))


def test_an_instance_comes_with_all_that_the_query_joins_and_adds(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def build(pk: int) -> QuerySet[Membership]:
        return Membership.objects.select_related("person").annotate(other=Length("person__name")).filter(pk=pk)

    statement, people = Statement(build, pk=-1), [cast.mia, cast.rita]
    rows = [Membership.objects.get(person=person) for person in people]
    with django_assert_num_queries(2):
        found = [statement.first(pk=row.pk) for row in rows]
        assert [(one.pk, one.person.name, one.other) for one in found] == [
            (row.pk, person.name, len(person.name)) for row, person in zip(rows, people, strict=True)
        ]
    assert statement.first(pk=-1) is None


def test_a_query_that_can_have_no_row_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    statement = Statement(lambda pk: Person.objects.none().filter(pk=pk), pk=NOBODY)
    with django_assert_num_queries(0):
        assert (statement.first(pk=NOBODY), statement.row(pk=NOBODY)) == (None, None)


def test_threads_ask_on_connections_of_their_own(cast: Cast) -> None:
    statement = Statement(lambda pk: Person.objects.filter(pk=pk), pk=NOBODY)
    assert statement.first(pk=cast.mia.pk) == cast.mia
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(ask_and_leave, statement, cast.mia.pk).result() is None  # not committed


def ask_and_leave(statement: Statement, pk: uuid.UUID) -> Any:
    try:
        return statement.first(pk=pk)
    finally:
        connection.close()


def test_the_actor_costs_one_query_and_follows_day_and_person(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Membership.objects.filter(person=cast.mia).update(since=date(2026, 1, 1), until=date(2026, 5, 4), ended="emeritus")
    with django_assert_num_queries(3):
        members = [actor_of(cast.mia, date(2026, 5, day)).is_member for day in (3, 4)]
        assert (members, actor_of(cast.sam, date(2026, 5, 3)).is_steering) == ([True, False], True)


def test_a_person_who_is_not_in_the_database_has_no_actor() -> None:
    with pytest.raises(Person.DoesNotExist):
        actor_of(Person(), date(2026, 5, 4))
