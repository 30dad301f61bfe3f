"""One statement says who is signed in, what they are today, and what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.accounts import workflow
from members.accounts.models import User
from members.accounts.queries.logins import for_requests, login_for_request, signed_in
from members.people.models import Membership, Person, Role, RoleKind
from members.people.policy import Actor, actor_from
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login

#: A page that reads nothing but who asks for it: a form.
PAGE = "/manage/people/new/"


def actor_of_request(person: Person) -> Actor:
    """Return the actor as a request of `person` gets it."""
    login = for_requests().get(person=person)
    return actor_from(login, login.person)


def test_a_page_costs_its_session_and_one_statement_for_user_actor_factor_and_moment(
    cast: Cast, browse: Browse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = browse(cast.ada)
    with django_assert_num_queries(2) as queries:
        assert ada.get(PAGE).status_code == 200
    assert ["django_session" in query["sql"] for query in queries.captured_queries] == [True, False]


def columns(login: Any) -> dict[str, Any]:
    """Return everything that a request reads from a login, but the moment, which is another one each time."""
    fields = {name: value for name, value in vars(login).items() if name not in {"_state", "read_at"}}
    return {**fields, "person": {**vars(login.person), "_state": None}}


def test_the_compiled_statement_brings_what_the_query_brings(cast: Cast) -> None:
    workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    for login in for_requests().select_related("person"):
        compiled = login_for_request(login.pk)
        assert compiled is not None
        assert columns(compiled) == columns(login)
        assert timedelta(0) <= compiled.read_at - login.read_at < timedelta(minutes=1)  # type: ignore[attr-defined]
    assert login_for_request(0) is None


def test_a_login_that_was_read_by_the_compiled_statement_can_be_saved(cast: Cast) -> None:
    login = login_for_request(cast.ada.user.pk)
    assert login is not None
    login.email = "new@example.org"
    login.save()
    login.person.name = "Ada New"
    login.person.save()
    assert User.objects.values_list("email", "person__name").get(pk=login.pk) == ("new@example.org", "Ada New")


def test_the_actor_of_a_request_is_the_actor_of_the_person(cast: Cast) -> None:
    workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    workflow.suspend(cast.sara, "Another one.", by=act_as(cast.ada))
    people = [*cast.members, cast.sam, cast.emil, cast.olga]
    assert [actor_of_request(person) for person in people] == [act_as(person) for person in people]
    assert actor_of_request(cast.abel) == Actor(cast.abel, is_member=True, roles=frozenset({RoleKind.ADMIN}))
    assert actor_of_request(cast.sam) == Actor(cast.sam, roles=frozenset({RoleKind.STEERING_COUNCIL}))
    assert actor_of_request(cast.sara) == Actor(cast.sara)


@pytest.mark.parametrize(
    ("days", "is_member", "roles"),
    [(-1, True, {"admin", "triager"}), (0, False, {"triager"}), (1, False, set())],
)
def test_the_day_of_a_request_is_the_day_of_the_clock_in_utc(
    db: None, days: int, is_member: bool, roles: set[str]
) -> None:
    person = Person.objects.create(name="Pat Person", slug="pat", added_at=clock.now())
    give_login(person)
    end = date(2026, 5, 4)
    Membership.objects.create(person=person, began="vote", until=end, ended="emeritus")
    Role.objects.create(person=person, kind="admin", until=end)
    Role.objects.create(person=person, kind="triager", until=end + timedelta(days=1))
    for moment in (datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC)):
        with clock.pretend(moment + timedelta(days=days)):
            assert actor_of_request(person) == act_as(person)
            assert actor_of_request(person) == Actor(person, is_member, frozenset(map(RoleKind, roles)))


def test_a_request_knows_whether_its_login_has_a_second_factor(cast: Cast) -> None:
    assert {user.person.github for user in for_requests() if not user.has_second_factor} == {"newt"}
    assert {user.pk for user in User.objects.with_second_factor()} == {
        user.pk for user in for_requests() if user.has_second_factor
    }


def test_the_moment_of_a_request_is_the_databases(cast: Cast, browse: Browse) -> None:
    before = clock.now()
    read_at = browse(cast.ada).get(PAGE).wsgi_request.now  # type: ignore[attr-defined]
    assert before <= read_at <= clock.now()
    with clock.pretend(datetime(2026, 5, 4, 9, 30, tzinfo=UTC)):
        assert browse(cast.ada).get(PAGE).wsgi_request.now == clock.now()  # type: ignore[attr-defined]


def test_a_public_page_reads_neither_session_nor_moment(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    with CaptureQueriesContext(connection) as queries:
        request = ada.get("/members/mel-member/").wsgi_request
    assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []
    assert not hasattr(request, "now")


def test_rows_are_read_for_every_request(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert ada.get(PAGE).status_code == 200
    Role.objects.filter(person=cast.ada, kind=RoleKind.ADMIN).update(until=clock.now().date())
    assert ada.get(PAGE).status_code == 403


def test_a_closed_login_is_signed_out_with_its_next_request(cast: Cast, browse: Browse) -> None:
    mel = browse(cast.mel)
    User.objects.filter(person=cast.mel).update(is_active=False)
    assert mel.get("/profile/")["Location"].startswith("/accounts/login/")


def test_the_session_of_a_deleted_login_is_anonymous(db: None) -> None:
    client = Client()
    user = give_login(Person.objects.create(name="Pat Person", slug="pat", added_at=clock.now()))
    client.force_login(user)
    request = RequestFactory().get("/")
    request.session = client.session
    assert get_user(request) == user
    User.objects.filter(pk=user.pk).delete()
    assert get_user(request).is_anonymous


def test_a_login_opened_by_the_request_itself_is_read_once_more(cast: Cast) -> None:
    user = User.objects.get(person=cast.ada)
    assert not hasattr(user, "has_second_factor")
    assert signed_in(user).has_second_factor is True
