"""The reads about channels, and the number of queries of their pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.channels import queries, workflow
from members.channels.models import ChannelAccount, ChannelKind
from members.people.models import Person
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member
from tests.members.drift.services import channel

LIST = "/manage/channels/"


def test_the_pages_of_channels_cost_the_same_for_one_row_and_for_thirty(cast: Cast, browse: Browse) -> None:
    chat, client = channel(ChannelKind.DISCORD), browse(cast.ada)

    def cost() -> list[int]:
        counts = []
        for page in (LIST, f"{LIST}{chat.pk}/accounts/", f"{LIST}{chat.pk}/accounts/?q=member"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            # What drift reads for the list of channels is counted in its own tests.
            counts.append(sum('"drift_' not in query["sql"] for query in captured))
        return counts

    workflow.save_channel(None, name="List 0", to_let_in="", to_let_out="", by=act_as(cast.ada))
    client.get(LIST)
    for_one = cost()
    for number in range(1, 25):
        workflow.save_channel(None, name=f"List {number}", to_let_in="", to_let_out="", by=act_as(cast.ada))
        ChannelAccount.objects.create(
            channel=chat, person=make_member(f"Member{number} Person"), identifier=f"10{number}"
        )
    assert cost() == for_one


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("", ["Abel Admin", "Ada Admin", "Mel Member", "Mia Member", "Newt Nofactor", "Rita Release", "Sara Steering"]),
        ("MEMBER", ["Mel Member", "Mia Member"]),
        ("emeritus", ["Emil Emeritus"]),
        ("nobody", []),
    ],
)
def test_members_are_listed_and_a_search_finds_everybody(cast: Cast, part: str, names: list[str]) -> None:
    assert [person.name for person in queries.people_by_name(part, clock.now().date())] == names


def test_noted_accounts_are_those_of_one_channel_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    chat, mailman = channel(ChannelKind.DISCORD), channel(ChannelKind.MAILMAN)
    for person, place, identifier in [
        (cast.mel, chat, "101"), (cast.mia, chat, "102"), (cast.mel, mailman, "mel@example.net"),
    ]:  # fmt: skip
        ChannelAccount.objects.create(channel=place, person=person, identifier=identifier)
    people: list[Person] = [cast.mel, cast.ada]
    with django_assert_num_queries(1):
        noted = queries.noted_accounts(chat, people)
    assert noted == {cast.mel.pk: "101"}
