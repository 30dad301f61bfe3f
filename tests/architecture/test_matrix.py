"""Who gets what from every address: one line for each, or the build fails.

A line says, for one address in one state of its thing, what each principal gets for GET and what
for POST. `tests/architecture/matrix.py` holds the lines; here they are walked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.architecture.matrix import LINES, PRINCIPALS, Line, World, build_world, path_of
from tests.architecture.routes import routes
from tests.cast import sign_in

OTHER_METHODS = ["PUT", "PATCH", "DELETE", "TRACE"]


@pytest.fixture
def world(db: None) -> World:
    """The cast, and a nomination and a report in every phase."""
    return build_world()


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    declared = {line.route for line in LINES}
    existing = {route.name for route in routes()}
    assert (sorted(existing - declared), sorted(declared - existing)) == ([], [])


def test_every_line_names_every_principal() -> None:
    assert [line.label for line in LINES if set(line.get) != set(PRINCIPALS) or set(line.post) != set(PRINCIPALS)] == []


def client_of(principal: str, world: World) -> Client:
    """A browser with nothing but that principal's session."""
    person = world.person(principal)
    return Client() if person is None else sign_in(Client(), person)


def outcome(response: HttpResponse) -> str:
    """What a principal got, in the words of the matrix."""
    if response.status_code in {301, 302, 303}:
        target = response["Location"].split("?")[0]
        known = {"/accounts/login/": "login", "/accounts/2fa/": "factor"}
        return known.get(target, "redirect")
    return str(response.status_code)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.label)
def test_every_principal_gets_what_the_line_says(line: Line, world: World) -> None:
    path = path_of(line, world)
    got = {"GET": {}, "POST": {}}
    for principal in PRINCIPALS:
        client = client_of(principal, world)
        for method in got:
            with undone():
                got[method][principal] = outcome(client.generic(method, path))
    assert got == {"GET": dict(line.get), "POST": dict(line.post)}


@pytest.mark.parametrize("line", [line for line in LINES if "404" in line.get.values()], ids=lambda line: line.label)
def test_what_is_hidden_looks_exactly_like_what_never_was(line: Line, world: World) -> None:
    hidden, missing = path_of(line, world), path_of(line, world, missing=str(uuid4()))
    for principal in [name for name, answer in line.get.items() if answer == "404"]:
        client = client_of(principal, world)
        with undone():
            there, nowhere, unknown = client.get(hidden), client.get(missing), client.get("/never/was/")
        assert (there.status_code, there.content, dict(there.headers)) == (
            nowhere.status_code,
            nowhere.content,
            dict(nowhere.headers),
        )
        assert there.content == unknown.content


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_no_address_of_ours_knows_another_method(method: str, world: World) -> None:
    client = client_of("admin", world)
    answers = {}
    for line in LINES:
        if line.is_ours:
            with undone():
                answers[line.label] = client.generic(method, path_of(line, world)).status_code
    assert {label: code for label, code in answers.items() if code not in {405, 404, 403}} == {}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request changed is rolled back after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
