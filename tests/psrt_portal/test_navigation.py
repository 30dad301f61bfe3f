"""The links of private pages: each stands there for exactly the readers who may open its page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from psrt_portal.navigation import Navigation, navigation_of
from tests.cast import Browse, Cast, act_as

NOTHING = Navigation(
    reports=False,
    nominations=False,
    propose=False,
    manage=False,
    invitations=False,
    failures=False,
    notices=False,
)
COUNCIL = replace(NOTHING, nominations=True, notices=True)
MEMBER = replace(COUNCIL, reports=True, propose=True)
ADMIN = replace(MEMBER, manage=True, invitations=True, failures=True)
PAGES = {
    "reports": "reports:list",
    "nominations": "nominations:list",
    "propose": "nominations:propose",
    "manage": "manage",
    "invitations": "accounts:invitations",
    "failures": "notifications:failures",
    "notices": "notifications:choices",
}


@pytest.mark.parametrize(
    ("name", "opens"),
    [("mel", MEMBER), ("ada", ADMIN), ("sara", MEMBER), ("sam", COUNCIL), ("emil", NOTHING), ("olga", NOTHING)],
)
def test_a_link_stands_where_its_page_opens(cast: Cast, browse: Browse, name: str, opens: Navigation) -> None:
    person = getattr(cast, name)
    assert navigation_of(act_as(person)) == opens
    client = browse(person)
    answers = {page: client.get(reverse(address)).status_code == 200 for page, address in PAGES.items()}
    assert Navigation(**answers) == opens
