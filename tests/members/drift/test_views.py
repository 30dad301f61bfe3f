"""The pages of drift: what an admin sees before, while and after a check, and on the way to a change."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.channels import workflow as channels_workflow
from members.channels.models import Channel, ChannelAccount
from members.drift import tasks
from members.drift.models import Change, DriftCheck, Finding
from members.people.models import MembershipBegan, Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import Browse, act_as
from tests.factories import give_login, make_emeritus, make_member, make_person
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, services
from tests.members.people.test_public_views import text

__all__ = ["services"]

DRIFT = "/manage/drift/"


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Twelve people who are in every channel; the first two are the admins."""
    people = three.make_team(three.NAMES[:12])
    three.enrol(services, people)
    return people


@pytest.fixture
def admin(team: list[Person], browse: Browse) -> Client:
    return browse(team[0])


@pytest.fixture
def disturbed(team: list[Person], services: Services) -> list[Person]:
    """With the six differences of the issue."""
    three.disturb(services, team)
    return team


def page_of(client: Client, address: str = DRIFT) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text(response.content)


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


# -- lists ---------------------------------------------------------------------------------------------------


@pytest.fixture
def alumni(team: list[Person]) -> Channel:
    return channels_workflow.save_channel(None, name="Signal group", to_let_in="", to_let_out="", by=act_as(team[0]))


def paste_to(channel: Channel) -> str:
    return f"{DRIFT}paste/{channel.pk}/"


def test_a_list_is_pasted_and_becomes_a_column(admin: Client, team: list[Person], alumni: Channel) -> None:
    assert f'href="{paste_to(alumni)}"' in page_of(admin)
    lines = [one.user.email for one in team[1:]]
    answer = admin.post(paste_to(alumni), {"text": "\n".join(lines)})
    assert answer["Location"] == DriftCheck.objects.get().get_absolute_url()
    assert "The list is compared." in page_of(admin, answer["Location"])
    check_now()
    rows = {row.person.name: [cell.label for cell in row.cells] for row in admin.get(DRIFT).context["page"]}
    assert rows[team[0].name] == ["in", "in", "in", "missing"]
    assert rows[team[1].name] == ["in", "in", "in", "in"]


def test_a_list_is_uploaded(admin: Client, team: list[Person], alumni: Channel) -> None:
    lines = "\ufeff" + "\n".join(one.user.email for one in team)
    upload = SimpleUploadedFile("members.csv", lines.encode(), content_type="text/csv")
    assert admin.post(paste_to(alumni), {"text": "", "file": upload}).status_code == 302
    assert Finding.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "file", "complaint"),
    [
        ("", None, "Paste the list, or choose a file: one of the two."),
        ("a@example.org", b"b@example.org", "Paste the list, or choose a file: one of the two."),
        ("a@example.org\nb@", None, "Line 2: “b@” is not an address."),
        ("# nobody", None, "There is no address or name in it."),
        ("", b"\xff\xfe", "This file is not text in UTF-8."),
        ("", b"a@example.org\nb@", "Line 2: “b@” is not an address."),
        ("", b"x" * 500_001, "This file is larger than half a megabyte."),
    ],
)
def test_a_faulty_list_comes_back_with_what_was_typed(
    admin: Client, alumni: Channel, typed: str, file: bytes | None, complaint: str
) -> None:
    data = {"text": typed, **({"file": SimpleUploadedFile("list.txt", file)} if file else {})}
    response = admin.post(paste_to(alumni), data)
    page = text(response.content)
    assert (response.status_code, complaint in page, " ".join(typed.split()) in page) == (422, True, True)
    assert DriftCheck.objects.count() == 0


def test_only_lists_in_use_are_pasted(admin: Client, team: list[Person], alumni: Channel) -> None:
    assert admin.get(paste_to(Channel.objects.get(kind="github"))).status_code == 404
    channels_workflow.retire_channel(alumni, by=act_as(team[0]))
    assert admin.post(paste_to(alumni), {"text": "a@example.org"}).status_code == 404


# -- applying ------------------------------------------------------------------------------------------------


def boxes(client: Client, address: str) -> dict[str, list[str]]:
    """The names and values of every box of the dry run."""
    form = client.get(address).context["form"]
    return {field.html_name: [str(value) for value, _ in field.field.choices] for field in form}


def test_applying_goes_from_the_dry_run_over_the_confirmation_to_the_changes(
    admin: Client, disturbed: list[Person], services: Services
) -> None:
    check = check_now()
    address = check.get_absolute_url() + "apply/"
    assert address in page_of(admin)
    page = page_of(admin, address)
    sentences = [
        "Add Arri Lorem (arri) to “GitHub team”",
        "Note that Belo Lorem is called another-name on GitHub now",
        "Note private@example.net as the account of Benu Lorem in “Mailing list”",
        "Remove stranger@example.net (Stranger) from “Mailing list”",
        "Add Arsa Lorem (5004) to “Chat”",
    ]
    assert [sentence in page for sentence in sentences] == [True] * 5
    assert page.count(" checked") == 3
    assert "Beta Lorem: invited, not yet in" in page
    chosen = boxes(admin, address)
    confirmation = admin.post(address, chosen)
    assert (confirmation.status_code, Change.objects.count()) == (200, 0)
    assert [f"<li>{sentence}.</li>" in text(confirmation.content) for sentence in sentences] == [True] * 5
    done = admin.post(address, {**chosen, "confirmed": "yes"})
    assert done["Location"] == check.get_absolute_url() + "changes/"
    waiting = page_of(admin, done["Location"])
    assert ("5 of 5 still wait for a worker." in waiting, "Look again" in waiting) == (True, True)
    services.discord.fault = ServiceAnswer(500)
    tasks.work_on_drift()
    after = page_of(admin, done["Location"])
    assert (after.count(">Made<"), after.count(">Not made<"), "Check again" in after) == (4, 1, True)
    assert "All 5 are done with; 1 could not be made." in after
    assert "There is nothing to change from here" in page_of(admin, address)


def test_a_refused_order_comes_back_with_the_reason(admin: Client, team: list[Person], services: Services) -> None:
    for number in range(5):
        services.mailman.subscribers[f"stranger{number}@example.net"] = ""
    address = check_now().get_absolute_url() + "apply/"
    assert "5 of 17 would be removed, more than a quarter." in page_of(admin, address)
    chosen = boxes(admin, address)
    for extra in ({}, {"confirmed": "yes"}):
        response = admin.post(address, {**chosen, **extra})
        page = text(response.content)
        assert (response.status_code, "Mailing list: 5 of 17 would be removed" in page) == (422, True)
        assert page.count(" checked") == 5
    assert Change.objects.count() == 0


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_nothing_ticked_is_said(admin: Client, disturbed: list[Person], confirmed: dict[str, str]) -> None:
    response = admin.post(check_now().get_absolute_url() + "apply/", confirmed)
    assert (response.status_code, "Tick at least one change." in text(response.content)) == (422, True)


def test_a_change_that_is_ordered_meanwhile_is_said(admin: Client, disturbed: list[Person]) -> None:
    check = check_now()
    address = check.get_absolute_url() + "apply/"
    chosen = boxes(admin, address)
    three.apply_all(check, disturbed[1])
    response = admin.post(address, {**chosen, "confirmed": "yes"})
    assert (response.status_code, Change.objects.count()) == (422, 5)


def test_an_old_check_says_why_it_is_not_applied(admin: Client, disturbed: list[Person]) -> None:
    with clock.pretend(clock.now() - timedelta(hours=25)):
        check = check_now()
    address = check.get_absolute_url() + "apply/"
    page = page_of(admin, address)
    assert ("This check is older than 24 hours." in page, "Go on</button>" in page) == (True, False)
    chosen = {f"channel_{one.reading.channel_id}": str(one.pk) for one in Finding.objects.all()}
    assert admin.post(address, {**chosen, "confirmed": "yes"}).status_code == 422
    assert "Bring in line" not in page_of(admin)


def test_applying_asks_for_a_fresh_factor(disturbed: list[Person], browse: Browse) -> None:
    address = check_now().get_absolute_url() + "apply/"
    stale = browse(disturbed[0], fresh=False)
    assert stale.get(address)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert "Send it again" in text(stale.post(address, {"confirmed": "yes"}).content)
    assert Change.objects.count() == 0


def test_a_check_without_changes_has_an_empty_page_of_them(admin: Client, team: list[Person]) -> None:
    assert "No change is ordered" in page_of(admin, check_now().get_absolute_url() + "changes/")


def test_choosing_again_keeps_what_was_ticked(admin: Client, disturbed: list[Person]) -> None:
    check = check_now()
    [finding] = Finding.objects.filter(kind="unknown")
    chosen = {f"channel_{finding.reading.channel_id}": str(finding.pk)}
    address = f"{check.get_absolute_url()}apply/"
    assert "Choose again" in text(admin.post(address, chosen).content)
    again = admin.post(address, {**chosen, "again": "yes"})
    assert "Which changes shall be made?" in text(again.content)
    form = again.context["form"]
    assert {name: form[name].value() for name in form.fields if form[name].value()} == {
        name: [value] for name, value in chosen.items()
    }


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
