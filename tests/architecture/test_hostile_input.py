"""Whatever comes in, as a field, a cookie, a header or a part of an address: no answer is an error of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.matrix import Line, path_of, read
from tests.architecture.project_forms import form_classes
from tests.architecture.world import World, build_world, kept, undone
from tests.cast import cookie_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.attack]
#: Names of fields that no form class has.
OTHER_NAMES = {
    "comment",
    "version",
    "next",
    "page",
    "q",
    "on",
    "act",
    "address",
    "channel_1",
    "step",
    "preview",
    "check",
}
HOSTILE = st.sampled_from([
    "", "\0", "a\0b", "\ud800", "\n", "\r\n", "\u202e", "9" * 5_000, "9" * 30, "-1", "1e999", "NaN", "[" * 3_000, "{}",
    '{"id": 1}', "<x>", "'", '"', "%", "\\", "{0}", "${x}", "../..", "2026-13-45", "0001-01-01", "99999-01-01T00:00",
    "00000000-0000-0000-0000-000000000000", "x" * 100_000, "٣", "²", "=1+1", "a@b", "https://[", "http://a:99999999/",
    "CVSS:4.0/", "CWE-" + "9" * 5_000, "before 1", "on", "true", "📎",
])  # fmt: skip
HEADERS = st.sampled_from(["", "\0", "\x7f", "de;q=9999999999", "x" * 4_000, "é"])
TEXTS = HOSTILE | st.text(max_size=40)


def _names() -> list[str]:
    names = {name for form in form_classes() for name in form.base_fields}  # type: ignore[attr-defined]
    return sorted(names | OTHER_NAMES)


NAMES = _names()
FIELDS = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=8)
#: Who asks, the first whom the view of the address lets in.
ASKERS = ("admin2", "author", "council_member", "member", "anonymous")


def _lines() -> list[tuple[Line, str]]:
    """Return a line for each address and method that takes something, with somebody who gets as far as its form."""
    chosen: dict[tuple[str, str], tuple[Line, str]] = {}
    for line in read():
        asker = next((name for name in ASKERS if line.answers[name] in {"200", "422", "redirect", "409"}), None)
        if asker is not None:
            chosen.setdefault((line.route, line.method), (line, asker))
    return list(chosen.values())


LINES = _lines()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, made once; every request in it is undone."""
    with kept(django_db_blocker, build_world) as world:
        yield world


@pytest.fixture(scope="module")
def cookies(world: World) -> dict[str, str]:
    """The session of each who asks."""
    people = {name: world.person(name) for name in ASKERS}
    return {name: cookie_of(sign_in(Client(), person)) for name, person in people.items() if person is not None}


@pytest.mark.parametrize(("line", "asker"), LINES, ids=lambda value: getattr(value, "label", None))
@given(fields=FIELDS, cookie=st.none() | TEXTS, header=HEADERS)
@settings(max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_no_field_and_no_cookie_is_an_error_of_the_portal(
    line: Line,
    asker: str,
    world: World,
    cookies: dict[str, str],
    fields: dict[str, str],
    cookie: str | None,
    header: str,
) -> None:
    client = Client(raise_request_exception=False)
    if asker in cookies:
        client.cookies[portal_settings.SESSION_COOKIE_NAME] = cookies[asker]
    sent = {"Accept-Language": header}
    if cookie is not None:
        octal = "".join(f"\\{octet:03o}" for octet in cookie.encode("utf-8", "surrogatepass")[:200])
        session = client.cookies.output(attrs=[], header="", sep=";")
        sent["Cookie"] = f'{session}; psrt-kept="{octal}"'
    typed = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    path = path_of(line, world)
    with undone():
        if line.method == "POST":
            answer = client.post(path, typed, headers=sent)
        else:
            query = "&".join(f"{quote(name)}={quote(value)}" for name, value in typed.items())
            answer = client.get(f"{path}?{query}"[:50_000], headers=sent)
    assert answer.status_code < 500


PARTS = ["0", "9" * 30, "9" * 5_000, "%00", "%ff", "%ed%a0%80", "%e2%80%ae"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[:12])
def test_no_part_of_an_address_is_an_error_of_the_portal(part: str, world: World, cookies: dict[str, str]) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[portal_settings.SESSION_COOKIE_NAME] = cookies["admin2"]
    wrong, asked = {}, 0
    for route, parts in {route: parts for (route, _), parts in world.addresses.items()}.items():
        path = reverse(route, kwargs=dict(parts))
        for value in parts.values():
            with undone():
                status = client.get(path.replace(value, part)).status_code
            asked += 1
            if status >= 500:
                wrong[route] = status
    assert (wrong, asked > 80) == ({}, True)
