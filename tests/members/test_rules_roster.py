"""Rules of the sources on the public roster that no other test holds; the ids are those of docs/rules.csv."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils.html import strip_tags

from members.people.models import Role, RoleKind
from tests.cast import Cast
from tests.factories import make_emeritus


@pytest.mark.rule("PSRT-03")
def test_the_roster_has_name_github_name_and_notes_of_every_member(cast: Cast) -> None:
    rows = Client().get("/members/").context["members"]
    assert [(row.entry.name, row.entry.github, list(row.notes)) for row in rows] == [
        ("Abel Admin", "abel", ["Admin"]),
        ("Ada Admin", "ada", ["Admin"]),
        ("Mel Member", "mel", []),
        ("Mia Member", "mia", []),
        ("Newt Nofactor", "newt", []),
        ("Rita Release", "rita", ["Release Manager"]),
        ("Sara Steering", "sara", ["Steering Council"]),
    ]


def test_a_line_of_the_roster_shows_name_github_name_and_notes(cast: Cast) -> None:
    page = Client().get("/members/").content.decode()
    line = page.partition(">Rita Release")[2].partition("</li>")[0]
    assert strip_tags(f"<a{line}").split() == ["Release", "Manager", "rita", "·", "since", "January", "2020"]


def test_former_members_are_listed_with_the_same_columns(db: None) -> None:
    emil = make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    Role.objects.create(person=emil, kind=RoleKind.ADMIN, since=date(2020, 1, 1), until=date(2023, 1, 1))
    Role.objects.create(person=emil, kind=RoleKind.CORE_TEAM, since=date(2019, 1, 1))
    [row] = Client().get("/members/").context["former"]
    assert (row.entry.name, row.entry.github, list(row.notes), row.served) == (
        "Emil Emeritus",
        "emil",
        ["Admin"],
        "2020 to 2024",
    )
