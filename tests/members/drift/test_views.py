"""The pages of drift: what an admin sees before, while and after a check."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from pytest_django import Settings

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.channels.models import Channel, ChannelAccount
from members.drift import tasks
from members.drift.models import DriftCheck
from members.people.models import MembershipBegan, Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import act_as
from tests.factories import give_login, make_emeritus, make_member, make_person
from tests.members.drift import services as three
from tests.members.drift.browsing import DRIFT, admin, disturbed, page_of, team
from tests.members.drift.services import Services, check_now, services
from tests.members.people.test_public_views import text

__all__ = ["admin", "disturbed", "services", "team"]


# -- the newest check ----------------------------------------------------------------------------------------


def test_before_the_first_check_the_page_says_what_it_will_do(admin: Client) -> None:
    page = page_of(admin)
    assert ("No check has run yet" in page, "Check now" in page, "Bring in line" in page) == (True, True, False)


def test_with_nothing_connected_the_page_names_the_settings(admin: Client, settings: Settings) -> None:
    settings.GITHUB_API_URL = settings.MAILMAN_API_URL = settings.DISCORD_API_URL = ""
    page = page_of(admin)
    assert ("No channel is connected yet" in page, "Check now</button>" in page) == (True, False)
    assert [f"<code>{name}_API_URL</code>" in page for name in ("GITHUB", "MAILMAN", "DISCORD")] == [True] * 3


def test_a_check_is_asked_for_waits_and_appears(admin: Client, disturbed: list[Person]) -> None:
    assert admin.post(DRIFT + "check/")["Location"] == DRIFT
    page = page_of(admin)
    assert ("The check has begun." in page, "Look again" in page, "Check now</button>" in page) == (True, True, False)
    asked = DriftCheck.objects.get()
    assert admin.get(asked.get_absolute_url())["Location"] == DRIFT
    assert "This check has not run yet." in page_of(admin, asked.get_absolute_url() + "apply/")
    assert admin.post(DRIFT + "check/", follow=True).status_code == 200
    tasks.run_drift_check(str(asked.pk))
    page = page_of(admin)
    assert ("5 of 12 people stand out" in page, "Look again" in page) == (True, False)


def test_the_table_has_a_word_for_every_person_and_channel(
    admin: Client, disturbed: list[Person], services: Services
) -> None:
    check_now()
    page = admin.get(DRIFT)
    rows = {row.person.name: [cell.label for cell in row.cells] for row in page.context["page"]}
    assert len(rows) == 12
    assert {name: cells for name, cells in rows.items() if cells != ["in", "in", "in"]} == {
        "Arri Lorem": ["missing", "in", "in"],
        "Arsa Lorem": ["in", "in", "missing"],
        "Beta Lorem": ["pending", "in", "in"],
        "Belo Lorem": ["renamed", "in", "in"],
        "Benu Lorem": ["in", "other address", "in"],
    }
    page_text = text(page.content)
    assert "5 of 12 people stand out in at least one channel" in page_text
    assert [word in page_text for word in ("another-name", "private@example.net", "stranger@example.net")] == [True] * 3
    assert page_text.count(f"localhost:{services.servers['mailman'].server_port}") >= 1


def test_people_who_stand_out_come_first_and_the_rest_by_pages(admin: Client, services: Services) -> None:
    for number in range(29):
        make_member(f"Zed{number:02} Lorem", github="")
    check_now()
    pages = [admin.get(f"{DRIFT}?page={number}").context["page"] for number in (1, 2)]
    assert [len(page) for page in pages] == [30, 11]
    assert [row.differs for row in pages[0]] == [True] * 29 + [False]
    assert pages[0][0].cells[0].label == "no account on record"


def test_a_suspended_member_and_a_newcomer_are_marked(admin: Client, team: list[Person], services: Services) -> None:
    accounts_workflow.suspend(team[4], "A lost laptop.", by=act_as(team[0]))
    newcomer = make_person("Zoe Newcomer", github="")
    boarding_workflow.begin_onboarding(
        newcomer, began=MembershipBegan.VOTE, authority="a vote", by=None, at=clock.now()
    )
    services.mailman.subscribers["zoe@example.net"] = "Zoe Newcomer"
    check_now()
    page = page_of(admin)
    assert (page.count(">suspended<"), page.count(">being onboarded<")) == (1, 1)


def test_an_agreement_is_said_as_one(admin: Client, team: list[Person]) -> None:
    check_now()
    page = page_of(admin)
    assert "All 12 people are where they should be" in page
    assert "Bring in line" not in page


def test_an_outage_stands_on_top_and_the_others_below(
    admin: Client, disturbed: list[Person], services: Services
) -> None:
    services.mailman.fault = ServiceAnswer(500)
    check_now()
    page = page_of(admin)
    assert page.index("Mailing list could not be read: ") < page.index("another-name")
    assert (page.count("not read"), "private@example.net" in page) == (14, False)  # with the legend


def test_a_former_member_still_in_a_channel_comes_first(admin: Client, team: list[Person], services: Services) -> None:
    emil = make_emeritus("Emil Emeritus", github="emil", github_id=77)
    give_login(emil)
    services.github.join(77, "emil")
    services.mailman.subscribers["emil@example.org"] = ""
    ChannelAccount.objects.create(channel=Channel.objects.get(kind="discord"), person=emil, identifier="990")
    services.discord.join(990, "Emil")
    services.github.invite("ghost")
    check_now()
    page = page_of(admin)
    assert (page.count("still in</span>"), page.count("left the team</span>"), page.count("invited</span>")) == (
        3,
        1,
        1,
    )
    assert page.index("Emil Emeritus") < page.index("Arlo")
    assert 'href="/manage/people/emil-emeritus/"' in page


def test_an_account_of_somebody_who_was_never_a_member_is_shown_with_whose_it_is(
    admin: Client, team: list[Person], services: Services
) -> None:
    give_login(make_person("Sam Steering"))
    services.mailman.subscribers["sam@example.org"] = ""
    check_now()
    assert "Sam Steering</a>, not a member" in page_of(admin)


def test_a_person_who_leaves_leads_to_the_checklist(admin: Client, team: list[Person]) -> None:
    leaving = boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))
    check_now()
    page = page_of(admin)
    assert f'href="{leaving.get_absolute_url()}"><strong>{team[9].name}' in page


def test_many_strangers_have_a_page_of_their_own(admin: Client, team: list[Person], services: Services) -> None:
    for number in range(35):
        services.mailman.subscribers[f"stranger{number:02}@example.net"] = ""
    check = check_now()
    channel = Channel.objects.get(kind="mailman")
    address = f"{check.get_absolute_url()}strangers/{channel.pk}/"
    page = page_of(admin)
    assert (page.count("@example.net"), f'href="{address}"' in page) == (10, True)
    assert [page_of(admin, f"{address}?page={number}").count("@example.net") for number in (1, 2)] == [30, 5]
    github = Channel.objects.get(kind="github")
    assert "Everybody in it is on the roster" in page_of(admin, f"{check.get_absolute_url()}strangers/{github.pk}/")
    assert admin.get(f"{check.get_absolute_url()}strangers/999/").status_code == 404


def test_a_person_who_left_after_the_check_is_shown_as_read_before(admin: Client, team: list[Person]) -> None:
    check = check_now()
    boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))
    page = page_of(admin)
    assert (page.count("read before they left</span>"), page.count("still in</span>")) == (3, 0)
    assert "read before they left</span>" not in page_of(admin, check.get_absolute_url())


def test_a_stranger_with_the_name_of_who_left_is_said(admin: Client, team: list[Person], services: Services) -> None:
    make_emeritus("Emil Emeritus", github="")
    services.mailman.subscribers["other@example.net"] = "Emil Emeritus"
    check_now()
    assert "it shows the name of" in page_of(admin)


# -- earlier checks ------------------------------------------------------------------------------------------


def test_every_check_stays_as_it_was(admin: Client, disturbed: list[Person], services: Services) -> None:
    first = check_now()
    three.apply_all(first, disturbed[0])
    services.discord.fault = ServiceAnswer(500)
    check_now()
    page = page_of(admin, DRIFT + "history/")
    assert ("6 differences" in page, "1 difference; 1 not read" in page) == (True, True)
    then = page_of(admin, first.get_absolute_url())
    assert ("There is a newer check." in then, "stranger@example.net" in then) == (True, True)
    assert admin.get(f"{DRIFT}{uuid4()}/").status_code == 404


def test_checks_are_listed_by_pages(admin: Client) -> None:
    assert "No check has run yet" in page_of(admin, DRIFT + "history/")
    at = clock.now()
    DriftCheck.objects.bulk_create(DriftCheck(requested_at=at, finished_at=at) for _ in range(31))
    pages = [page_of(admin, f"{DRIFT}history/?page={number}") for number in (1, 2)]
    assert [page.count("0 differences") for page in pages] == [30, 1]
    assert "No channel was read" in page_of(admin, DriftCheck.objects.all()[0].get_absolute_url())
    assert "The last check read no channel" in page_of(admin)
