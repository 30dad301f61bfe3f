"""Every address answers each principal as `matrix.txt` says; an address without a line fails the build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from members.boarding.workflow import resign
from tests.architecture.matrix import Line, path_of, read
from tests.architecture.routes import routes
from tests.architecture.world import PRINCIPALS, World, build_world, kept, undone
from tests.cast import act_as, cookie_of, sign_in

# Four thousand requests: once is enough, on the database that production has.
pytestmark = pytest.mark.django_db
LINES = read()
#: With GET, POST and HEAD, all methods that HTTP has for a resource.
OTHER_METHODS = ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"]

ClientOf = Callable[[str], Client]
Nowhere = Callable[[str, str, tuple[str, ...]], Any]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, made once for all lines; every request in it is undone."""
    with kept(django_db_blocker, build_world) as world:
        yield world


@pytest.fixture(scope="module")
def client_of(world: World) -> ClientOf:
    """A new browser with nothing but a principal's session; sessions and middleware are made once."""
    keys, handler = {}, Client().handler
    for principal in PRINCIPALS:
        person = world.person(principal)
        if person is not None:
            # Whoever has no second factor has shown none.
            keys[principal] = cookie_of(sign_in(Client(), person, fresh=principal != "nofactor"))

    def make(principal: str) -> Client:
        client = Client()
        client.handler = handler
        if principal in keys:
            client.cookies[settings.SESSION_COOKIE_NAME] = keys[principal]
        return client

    return make


@pytest.fixture(scope="module")
def nowhere(client_of: ClientOf) -> Nowhere:
    """Return the answer of an address without a thing by principal; asked once for all states of a thing."""

    @cache
    def ask(principal: str, route: str, names: tuple[str, ...]) -> Any:
        with undone():
            return client_of(principal).get(reverse(route, kwargs={name: str(uuid4()) for name in names}))

    return ask


def outcome(response: HttpResponseBase) -> str:
    """Return an answer as the matrix writes it."""
    if response.status_code in {301, 302, 303}:
        target = response["Location"].split("?")[0]
        return {"/accounts/login/": "login", "/accounts/2fa/": "factor"}.get(target, "redirect")
    return str(response.status_code)


def test_every_address_has_a_line_for_get_and_one_for_post() -> None:
    declared = {(line.route, line.method) for line in LINES}
    existing = {(route.name, method) for route in routes() for method in ("GET", "POST")}
    assert (sorted(existing - declared), sorted(declared - existing)) == ([], [])


def test_no_line_is_repeated() -> None:
    labels = [line.label for line in LINES]
    assert sorted(labels) == sorted(set(labels))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.label)
def test_every_principal_gets_what_the_line_says(
    line: Line, world: World, client_of: ClientOf, nowhere: Nowhere
) -> None:
    """Request the address as everybody; what is hidden from somebody is answered exactly like what is missing."""
    path, got = path_of(line, world), {}
    for principal in PRINCIPALS:
        with undone():
            got[principal] = client_of(principal).generic(line.method, path)
    assert {principal: outcome(answer) for principal, answer in got.items()} == line.answers
    if line.is_ours and line.method == "GET":
        names = tuple(world.addresses.get((line.route, line.state), {}))
        for principal in [name for name, answer in line.answers.items() if answer == "404"]:
            there, missing = got[principal], nowhere(principal, line.route, names)
            assert (there.content, dict(there.headers)) == (missing.content, dict(missing.headers))


@pytest.mark.parametrize("part", range(4))
def test_both_sessions_of_a_person_who_leaves_get_anonymous_answers_at_the_next_request(
    part: int, world: World
) -> None:
    """Request every line as a member who was signed in twice when the membership ended, by both sessions in turn."""
    wrong, handler = {}, Client().handler
    with undone():
        leaver = world.person("member")
        assert leaver is not None
        browsers = [cookie_of(sign_in(Client(), leaver)) for _ in range(2)]
        resign(by=act_as(leaver))
        for line, key in zip(LINES[part::4], cycle(browsers)):
            client = Client()
            client.handler = handler
            client.cookies[settings.SESSION_COOKIE_NAME] = key
            with undone():
                got = outcome(client.generic(line.method, path_of(line, world)))
            if got != line.answers["anonymous"]:
                wrong[line.label] = got
    assert wrong == {}


@pytest.mark.parametrize("principal", ["anonymous", "admin2"])
def test_head_is_answered_like_get_without_a_body(principal: str, world: World, client_of: ClientOf) -> None:
    """Request each address by its first line of GET: HEAD gives away neither more nor less than GET does."""
    wrong: dict[str, Any] = {}
    asked: dict[str, Line] = {}
    for line in LINES:
        if line.method == "GET":
            asked.setdefault(line.route, line)
    for line in asked.values():
        with undone():
            answer = client_of(principal).head(path_of(line, world))
            body = b"".join(answer) if answer.streaming else answer.content
        if (outcome(answer), body) != (line.answers[principal], b""):
            wrong[line.label] = (outcome(answer), line.answers[principal], body[:20])
    assert wrong == {}


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_every_address_of_ours_refuses_other_methods(method: str, world: World, client_of: ClientOf) -> None:
    codes, ours = {}, {line.route: line for line in LINES if line.is_ours and line.method == "GET"}
    for line in ours.values():
        with undone():
            codes[line.label] = client_of("admin2").generic(method, path_of(line, world)).status_code
    assert {label: code for label, code in codes.items() if code != 405} == {}
