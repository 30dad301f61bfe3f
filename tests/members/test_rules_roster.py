"""Rules of the sources on the public roster that no other test holds; the ids are those of docs/rules.csv."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import strip_tags

from tests.cast import Cast


@pytest.mark.rule("PSRT-03")
def test_the_roster_has_name_github_name_and_notes_of_every_member(cast: Cast) -> None:
    table = Client().get("/members/").content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [
        [strip_tags(cell.partition(">")[2]).split() for cell in row.split("<td")[1:4]]
        for row in table.split("<tr>")[1:]
    ]
    assert [[" ".join(cell) for cell in row] for row in rows] == [
        ["Abel Admin", "abel", "Admin"],
        ["Ada Admin", "ada", "Admin"],
        ["Mel Member", "mel", "Member"],
        ["Mia Member", "mia", "Member"],
        ["Newt Nofactor", "newt", "Member"],
        ["Rita Release", "rita", "Release Manager"],
        ["Sara Steering", "sara", "Steering Council"],
    ]
