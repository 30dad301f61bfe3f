"""The roster of a day in the past: who was certainly what, and under which name."""

from __future__ import annotations

import json
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.people import workflow as people_workflow
from members.people.models import (
    FormerGitHubName,
    Membership,
    MembershipBegan,
    MembershipEnded,
    Precision,
    Role,
    RoleKind,
    Span,
)
from members.people.queries.roster import roster
from tests.cast import Cast, act_as
from tests.factories import LONG_AGO, make_emeritus, make_member, make_person
from tests.members.people import guide
from tests.members.people.test_public_views import text

DAY = timedelta(days=1)


def names(query: str) -> tuple[list[str], list[str]]:
    document = json.loads(Client().get(f"/members/members.json{query}").content)
    return [one["name"] for one in document["members"]], [one["name"] for one in document["emeritus"]]


@pytest.mark.rule("PEP811-22")
def test_a_day_counts_from_the_first_and_up_to_the_last(db: None) -> None:
    make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    answers = [names(f"?on={day}") for day in ("2019-12-31", "2020-01-01", "2024-05-31", "2024-06-01")]
    assert answers == [([], []), (["Emil Emeritus"], []), (["Emil Emeritus"], []), ([], ["Emil Emeritus"])]


def test_somebody_who_came_back_was_emeritus_in_between(db: None) -> None:
    person = make_emeritus("Kim Return", until=date(2024, 6, 1))
    Membership.objects.create(person=person, since=date(2026, 7, 21), began=MembershipBegan.VOTE)
    found = [names(f"?on={day}") for day in ("2026-07-20", "2026-07-21")]
    assert found == [([], ["Kim Return"]), (["Kim Return"], [])]


def test_an_unknown_beginning_or_end_counts_from_the_day_it_was_recorded(db: None) -> None:
    make_emeritus("Una Unknown", until=None)
    Membership.objects.update(since=None, recorded_on=date(2026, 3, 18))
    make_member("Ann Unknown", since=None)
    Membership.objects.filter(person__name="Ann Unknown").update(recorded_on=date(2026, 2, 6))
    found = [names(f"?on={day}") for day in ("2026-02-05", "2026-02-06", "2026-03-17", "2026-03-18")]
    assert found == [
        ([], []),
        (["Ann Unknown"], []),
        (["Ann Unknown"], []),
        (["Ann Unknown"], ["Una Unknown"]),
    ]


def test_roles_are_those_of_the_day(db: None) -> None:
    rita = make_member("Rita Release")
    Role.objects.create(
        person=rita, kind=RoleKind.RELEASE_MANAGER, since=date(2021, 1, 1), until=date(2023, 1, 1), authority="x"
    )
    notes = [
        guide.rows(Client().get(f"/members/psrt.csv?on={day}").content)
        for day in ("2020-06-01", "2022-06-01", "2023-01-01")
    ]
    assert notes == [[("Rita Release", "rita", said)] for said in ("", "Release Manager", "")]


def test_the_emeritus_file_names_roles_held_by_that_day_only(db: None) -> None:
    emil = make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    Role.objects.create(person=emil, kind=RoleKind.ADMIN, ended_on_unknown_day=True, recorded_on=date(2025, 1, 1))
    days = ("2024-06-02", "2025-01-02")
    notes = [guide.rows(Client().get(f"/members/psrt-emeritus.csv?on={day}").content) for day in days]
    assert notes == [[("Emil Emeritus", "emil", said)] for said in ("", "Admin")]


def test_a_github_name_is_the_one_of_the_day(db: None) -> None:
    mel = make_member("Mel Member", github="melb")
    for name, until in [("mel-one", date(2021, 5, 1)), ("mel-two", date(2023, 5, 1))]:
        FormerGitHubName.objects.create(person=mel, name=name, until=until)
    make_person("Olga Outsider")
    days = ("2021-04-30", "2021-05-01", "2023-05-01")
    rows = [guide.rows(Client().get(f"/members/psrt.csv?on={day}").content) for day in days]
    assert rows == [[("Mel Member", name, "")] for name in ("mel-one", "mel-two", "melb")]


def test_the_former_name_of_somebody_who_was_no_member_changes_nothing_on_a_past_day(cast: Cast) -> None:
    before = roster(clock.now().date() - DAY).members_csv()
    FormerGitHubName.objects.create(person=cast.olga, name="olga-before", until=clock.now().date())
    assert roster(clock.now().date() - DAY).members_csv() == before


def test_a_later_end_does_not_show_on_an_earlier_day(db: None) -> None:
    make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    document = json.loads(Client().get("/members/members.json?on=2022-01-01").content)
    [period] = document["members"][0]["memberships"]
    assert (document["on"], period["until"], period["until_precision"]) == ("2022-01-01", None, None)


def test_the_page_says_which_day_it_shows_and_leads_back_to_today(cast: Cast) -> None:
    page = text(Client().get("/members/?on=2022-01-01").content)
    assert "See the team of today" in page
    assert 'value="2022-01-01"' in page
    assert "See the team of today" not in text(Client().get("/members/").content)


@pytest.mark.parametrize("typed", ["2022-13-01", "yesterday", "'", "2022-1", "0000-00-00"])
def test_a_day_that_is_none_gets_a_sentence_and_is_kept(cast: Cast, typed: str) -> None:
    sentence = f"“{typed}” is not a day. Write it as 2025-12-04."
    page = Client().get("/members/", {"on": typed})
    assert (page.status_code, sentence in unescape(page.content.decode())) == (422, True)
    for name in ["psrt.csv", "psrt-emeritus.csv", "members.json"]:
        answer = Client().get(f"/members/{name}", {"on": typed})
        assert (answer.status_code, answer.content) == (422, f"on: {sentence}\n".encode())


def test_a_day_in_the_future_is_refused(cast: Cast) -> None:
    answer = Client().get("/members/psrt.csv", {"on": (clock.now().date() + 2 * DAY).isoformat()})
    assert (answer.status_code, b"still to come" in answer.content) == (422, True)


@pytest.mark.parametrize("count", [1, 30])
def test_a_day_in_the_past_costs_two_queries(
    db: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_member(f"Member{number} Person")
    with django_assert_num_queries(2):
        Client().get("/members/?on=2022-01-01")


def test_the_page_of_a_past_day_leads_to_its_own_files_and_to_the_page_of_whoever_left_since(cast: Cast) -> None:
    removed = make_member("Rex Removed")
    boarding_workflow.begin_offboarding(
        removed, ending=MembershipEnded.REMOVED, authority="a PEP", by=None, at=clock.now()
    )
    page = Client().get("/members/?on=2025-12-04").content.decode()
    for name in ("csv", "emeritus_csv", "json"):
        assert f'href="{reverse(f"roster:{name}")}?on=2025-12-04"' in page
    assert 'value="2025-12-04"' in page
    for person in (removed, cast.mel):
        assert f'href="{person.get_absolute_url()}"' in page
        assert Client().get(person.get_absolute_url()).status_code == 200
    assert 'href="https://github.com/' not in page


def test_uncertain_days_are_shown_as_such(db: None) -> None:
    person = make_emeritus("Lou Lagoon")
    Membership.objects.update(
        since=date(2009, 1, 1), since_precision=Precision.ABOUT, until=date(2011, 5, 1), until_precision=Precision.MONTH
    )
    Role.objects.create(
        person=person,
        kind=RoleKind.RELEASE_MANAGER,
        since=date(2010, 1, 1),
        since_precision=Precision.YEAR,
        until=date(2011, 1, 1),
        authority="https://peps.python.org/pep-0361/",
    )
    page = text(Client().get("/members/lou-lagoon/").content)
    for part in [
        "about 2009 to May 2011",
        "2010 to 1 January 2011",
        'href="https://peps.python.org/pep-0361/"',
        ">PEP 361<",
    ]:
        assert part in page
    [period] = roster(clock.now().date()).as_json()["emeritus"][0]["memberships"]
    assert (period["since_precision"], period["until_precision"]) == ("about", "month")


def test_the_authority_of_a_decision_is_not_public(cast: Cast) -> None:
    Membership.objects.filter(person=cast.mel).update(authority="https://psrt.example.org/nominations/1/")
    for path in ["/members/", "/members/mel-member/", "/members/members.json", "/members/ada-admin/"]:
        page = Client().get(path).content.decode()
        assert "/nominations/1/" not in page
        assert "an invented decision" not in page


def test_a_member_of_today_was_certainly_none_before_the_first_day(cast: Cast) -> None:
    people_workflow.correct_membership(
        Membership.objects.get(person=cast.mel), Span(LONG_AGO + DAY), authority="", by=act_as(cast.ada)
    )
    assert "Mel Member" not in names(f"?on={LONG_AGO}")[0]
