"""The public roster: its filter, its chips, and what a line says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members.people.models import Membership, MembershipBegan, Precision, Role, RoleKind
from tests.cast import Cast
from tests.factories import make_emeritus, make_member
from tests.members.people.test_public_views import text


def listed(query: str) -> list[str]:
    """Return the names of the members on the page with this query."""
    return [row.entry.name for row in Client().get(f"/members/{query}").context["members"]]


@pytest.fixture
def team(db: None) -> None:
    """A team with accents, and one admin."""
    make_member("Łukasz Semper", github="lukas-s")
    make_member("Bénédikt Aliquam", github="bene", affiliation="Lorem Ltd", affiliation_public=True)
    zoe = make_member("Zoë O’Neill", github="ZoeN", affiliation="Secret Inc")
    Role.objects.create(person=zoe, kind=RoleKind.ADMIN, since=date(2021, 1, 1), authority="x")
    emil = make_emeritus("Emil Straße", until=date(2024, 6, 1))
    assert emil.github == "emil"


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        ("lukasz", ["Łukasz Semper"]),
        ("ŁUKASZ", ["Łukasz Semper"]),
        ("benedikt", ["Bénédikt Aliquam"]),
        ("zoë", ["Zoë O’Neill"]),
        ("zoen", ["Zoë O’Neill"]),
        ("lorem", ["Bénédikt Aliquam"]),
        ("secret", []),
        ("  semper  ", ["Łukasz Semper"]),
        ("strasse", []),
    ],
)
def test_the_filter_takes_part_of_a_name_without_accents_or_case(team: None, terms: str, names: list[str]) -> None:
    assert [row.entry.name for row in Client().get("/members/", {"q": terms}).context["members"]] == names


def test_the_filter_finds_former_members_too(team: None) -> None:
    former = Client().get("/members/", {"q": "emil"}).context["former"]
    assert [row.entry.name for row in former] == ["Emil Straße"]


def test_a_role_leaves_those_who_hold_it_that_day(team: None) -> None:
    assert listed("?role=admin") == ["Zoë O’Neill"]
    assert listed("?role=admin&on=2020-06-01") == []


def chips(**query: str) -> list[tuple[str, int, bool, str]]:
    """Return the chips of the page with this query."""
    found = Client().get("/members/", query).context["chips"]
    return [(chip.label, chip.count, chip.is_current, chip.query) for chip in found]


def test_chips_count_the_roles_that_somebody_holds(team: None) -> None:
    assert chips() == [("All", 3, True, ""), ("Admin", 1, False, "role=admin")]


def test_chips_count_what_the_filter_found_and_keep_filter_and_day(team: None) -> None:
    kept = "q=semper&on=2022-01-01"
    assert chips(q="semper", on="2022-01-01", role="admin") == [
        ("All", 1, False, kept),
        ("Admin", 0, True, f"{kept}&role=admin"),
    ]


def test_nobody_found_is_said_with_a_way_back(team: None) -> None:
    page = text(Client().get("/members/?q=nobody&on=2022-01-01").content)
    assert ("Nobody matches “nobody”" in page, 'href="/members/?on=2022-01-01"' in page) == (True, True)
    assert "Nobody has this role" in text(Client().get("/members/?role=triager").content)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"role": "king"}, "There is no such role."),
        ({"q": "x" * 101}, "at most 100 characters"),
        ({"on": "2999-01-01"}, "This day is still to come."),
        ({"on": "4 December"}, "“4 December” is not a day."),
    ],
)
def test_a_bad_filter_gets_a_sentence_and_is_kept(team: None, query: dict[str, str], error: str) -> None:
    answer = Client().get("/members/", query)
    page = text(answer.content)
    assert (answer.status_code, error in page) == (422, True)
    assert "role" in query or f'value="{next(iter(query.values()))}"' in page


@pytest.mark.parametrize(
    ("since", "precision", "served"),
    [
        (date(2021, 3, 4), Precision.DAY, "since March 2021"),
        (date(2021, 3, 1), Precision.MONTH, "since March 2021"),
        (date(2016, 1, 1), Precision.YEAR, "since 2016"),
        (date(2009, 1, 1), Precision.ABOUT, "since about 2009"),
        (None, Precision.DAY, "start date unknown"),
    ],
)
def test_a_line_says_since_when_as_far_as_it_is_known(
    db: None, since: date | None, precision: Precision, served: str
) -> None:
    make_member("Mel Member")
    Membership.objects.update(since=since, since_precision=precision)
    [row] = Client().get("/members/").context["members"]
    assert row.served == served


UNKNOWN: dict[str, Any] = {"until": None, "ended_on_unknown_day": True}


@pytest.mark.parametrize(
    ("changes", "served"),
    [
        ({}, "2020 to 2024"),
        ({"until": date(2020, 6, 1)}, "2020"),
        ({"since_precision": Precision.ABOUT}, "about 2020 to 2024"),
        ({"since": None}, "until 2024"),
        (UNKNOWN, "from 2020, end date unknown"),
        ({"since": None, **UNKNOWN}, "dates unknown"),
    ],
)
def test_a_former_member_has_the_years_that_are_known(db: None, changes: dict[str, Any], served: str) -> None:
    make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    Membership.objects.update(**changes)
    [row] = Client().get("/members/").context["former"]
    assert row.served == served


def test_a_former_member_with_an_unknown_last_end_says_so(db: None) -> None:
    emil = make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    Membership.objects.create(
        person=emil, since=date(2010, 1, 1), began=MembershipBegan.RECORD, ended="emeritus", **UNKNOWN
    )
    [row] = Client().get("/members/").context["former"]
    assert row.served == "from 2010, end date unknown"


@pytest.mark.rule("PEP811-50")
def test_the_page_says_which_list_is_canonical(cast: Cast) -> None:
    assert "<code>python/psrt</code> as the canonical list" in text(Client().get("/members/").content)


@pytest.mark.rule("PSRT-02")
def test_the_page_says_where_to_report(cast: Cast) -> None:
    page = Client().get("/members/").content.decode()
    assert '<a href="/report/">Report a vulnerability</a>' in page.partition("<main")[2].partition("</main>")[0]


def test_nobody_is_called_just_a_member(cast: Cast) -> None:
    rows = Client().get("/members/").context["members"]
    assert "Member" not in {note for row in rows for note in row.notes}


def test_no_picture_comes_from_another_host(cast: Cast) -> None:
    page = Client().get("/members/").content.decode()
    assert ("<img" in page, page.count('class="avatar tint-')) == (False, 8)


def test_the_page_is_the_same_for_everybody(cast: Cast, browse: Any) -> None:
    assert browse(cast.mel).get("/members/").content == Client().get("/members/").content
