"""The links of private pages: each stands there for exactly the readers who may open its page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from psrt_portal.navigation import Navigation, navigation_of
from tests.cast import Browse, Cast, act_as

MEMBER = Navigation(reports=True, nominations=True, propose=True, manage=False, invitations=False, failures=False)
ADMIN = Navigation(reports=True, nominations=True, propose=True, manage=True, invitations=True, failures=True)
COUNCIL = Navigation(reports=False, nominations=True, propose=False, manage=False, invitations=False, failures=False)
NOTHING = Navigation(reports=False, nominations=False, propose=False, manage=False, invitations=False, failures=False)
PAGES = {
    "reports": "reports:list",
    "nominations": "nominations:list",
    "propose": "nominations:propose",
    "manage": "manage",
    "invitations": "accounts:invitations",
    "failures": "notifications:failures",
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
