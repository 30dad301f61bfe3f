"""A statement is compiled once and gives each time what its query would give."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db.models import QuerySet
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
