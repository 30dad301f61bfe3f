"""Results of drift checks on both checklists: accounts still there, accounts not there yet."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.boarding.pages.steps import StepRow, rows_of
from members.channels import workflow as channels_workflow
from members.channels.models import Channel, ChannelAccount
from members.drift import workflow as drift_workflow
from members.people.models import Person
from tests.cast import Browse, act_as
from tests.factories import make_person
from tests.members.boarding.pages import accepted, begin, missing, tick_all
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, services
from tests.members.people.test_public_views import text
from web.conflicts import Conflict

__all__ = ["services"]


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Twelve people who are in every channel; the first two are the admins."""
    people = three.make_team(three.NAMES[:12])
    three.enrol(services, people)
    return people


@pytest.fixture
def leaving(team: list[Person]) -> Checklist:
    """One of them has just left, and nothing is ticked off."""
    return boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))


@pytest.fixture
def admin(team: list[Person], browse: Browse) -> Client:
    return browse(team[0])


def rows(boarding: Checklist) -> list[StepRow]:
    """Return the lines of the page, read from the database."""
    return rows_of(Checklist.objects.get(pk=boarding.pk), clock.now())


def gist(boarding: Checklist) -> dict[str, tuple[str, str]]:
    """By channel: the badge, and what a check says."""
    return {row.step.channel.kind: (row.label, row.note) for row in rows(boarding)}


DONE = ("Done", "")


def test_without_a_check_the_checklist_says_only_what_is_to_do(leaving: Checklist) -> None:
    nothing = ("To do", "")
    assert gist(leaving) == {"login": DONE, "github": nothing, "mailman": nothing, "discord": nothing}


def test_a_check_before_somebody_left_says_nothing_on_the_checklist(team: list[Person]) -> None:
    check_now()
    leaving = boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))
    assert gist(leaving)["github"] == ("To do", "")


def test_a_channel_in_which_a_check_finds_somebody_links_the_check(leaving: Checklist, admin: Client) -> None:
    check = check_now()
    still = ("Still in", "Still seen there by the check")
    assert gist(leaving) == {"login": DONE, "github": still, "mailman": still, "discord": still}
    page = text(admin.get(leaving.get_absolute_url()).content)
    assert page.count(f'Still seen there by the check <a href="{check.get_absolute_url()}">of ') == 3


def test_a_check_ticks_the_step_of_somebody_who_is_out(leaving: Checklist, services: Services) -> None:
    services.discord.holders.discard(5009)
    check_now()
    assert gist(leaving)["discord"] == DONE
    [row] = [row for row in rows(leaving) if row.step.channel.kind == "discord"]
    assert (row.how, row.step.done_by) == ("Ticked by the portal", None)


def test_a_step_that_was_ticked_too_early_keeps_the_offboarding_open(
    leaving: Checklist, team: list[Person], services: Services, admin: Client
) -> None:
    tick_all(leaving, team[0])
    assert missing(leaving) == []
    services.discord.holders.discard(5009)
    services.github.members.remove(1009)
    services.github.invite(team[9].github)
    check_now()
    early = ("Still in", "Ticked off too early? Still seen there by the check")
    assert gist(leaving) == {"login": DONE, "github": early, "mailman": early, "discord": DONE}
    sentence = "The last check still sees them: GitHub team, Mailing list. Check again when they are out."
    assert missing(leaving) == [sentence]
    with pytest.raises(Conflict, match="still sees them: GitHub team, Mailing list"):
        boarding_workflow.finish_offboarding(leaving, by=act_as(team[0]))
    assert sentence in text(admin.get(leaving.get_absolute_url()).content)
    services.github.invitations.clear()
    del services.mailman.subscribers[team[9].user.email]
    check_now()
    assert missing(leaving) == []
    assert gist(leaving) == {"login": DONE, "github": DONE, "mailman": DONE, "discord": DONE}


def test_a_step_that_was_ticked_after_the_check_waits_for_another(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    check_now()
    tick_all(leaving, team[0])
    assert gist(leaving)["github"] == ("Check again", "Seen there, before it was ticked off, by the check")
    [sentence] = missing(leaving)
    assert sentence == "The last check still sees them: GitHub team, Mailing list, Chat. Check again when they are out."
    services.github.members.remove(1009)
    services.discord.holders.discard(5009)
    del services.mailman.subscribers[team[9].user.email]
    check_now()
    assert missing(leaving) == []


def test_not_needed_ends_the_question(leaving: Checklist, team: list[Person]) -> None:
    check_now()
    for step in leaving.steps.exclude(channel__kind="login"):
        boarding_workflow.tick(step, done=True, not_needed=True, by=act_as(team[0]))
    assert missing(leaving) == []
    assert gist(leaving)["github"] == ("Not needed", "Seen there, before it was ticked off, by the check")


def test_an_outage_keeps_the_result_of_the_check_before(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    tick_all(leaving, team[0])
    check_now()
    services.down("mailman")
    check_now()
    assert gist(leaving)["mailman"] == ("Still in", "Ticked off too early? Still seen there by the check")
    assert "Mailing list" in missing(leaving)[-1]


def test_a_check_says_nothing_on_the_old_checklist_of_somebody_who_came_back(
    leaving: Checklist, team: list[Person]
) -> None:
    tick_all(leaving, team[0])
    begin(leaving.person, email="")
    check_now()
    assert gist(leaving) == dict.fromkeys(("login", "github", "mailman", "discord"), DONE)


def test_a_check_says_nothing_on_a_cancelled_onboarding(team: list[Person]) -> None:
    onboarding = begin(make_person("Nils Newcomer", github="nils"))
    tick_all(onboarding, team[0])
    boarding_workflow.cancel_onboarding(onboarding, "Another job.", by=act_as(team[0]))
    check_now()
    onboarding.refresh_from_db()
    assert {row.note for row in rows(onboarding)} == {""}


def test_a_channel_that_was_never_read_holds_up_no_offboarding(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    tick_all(leaving, team[0])
    services.down("mailman")
    check_now()
    assert gist(leaving)["mailman"] == ("Done", "Could not be read by the check")
    assert not any("Mailing list" in sentence for sentence in missing(leaving))


def test_without_an_account_on_record_no_check_can_tell(leaving: Checklist, services: Services) -> None:
    ChannelAccount.objects.filter(person=leaving.person, channel__kind="discord").delete()
    check_now()
    said = "No account of theirs is on record, so no check can tell"
    assert gist(leaving)["discord"] == ("To do", said)


def test_each_line_names_the_account_and_leads_to_where_it_is_noted(leaving: Checklist, admin: Client) -> None:
    person, chat = leaving.person, Channel.objects.get(kind="discord")
    back = f"?next=%2Fmanage%2Foffboarding%2F{leaving.pk}%2F"
    accounts = {row.step.channel.kind: (row.account, row.account_url) for row in rows(leaving)}
    assert accounts == {
        "login": ("", ""),
        "github": (person.github, f"/manage/people/{person.slug}/correct/{back}"),
        "mailman": (person.user.email, f"/manage/channels/{_pk('mailman')}/accounts/{person.pk}/{back}"),
        "discord": ("5009", f"/manage/channels/{chat.pk}/accounts/{person.pk}/{back}"),
    }
    assert {admin.get(url).status_code for _, url in accounts.values() if url} == {200}
    noted = admin.post(accounts["discord"][1], {"identifier": "5555"})
    assert noted["Location"] == leaving.get_absolute_url()


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example/x", "javascript:alert(1)", "evil"])
def test_the_way_back_leads_nowhere_else(leaving: Checklist, admin: Client, elsewhere: str) -> None:
    path = f"/manage/channels/{_pk('discord')}/accounts/{leaving.person.pk}/"
    noted = admin.post(f"{path}?{urlencode({'next': elsewhere})}", {"identifier": "5555"})
    assert noted["Location"] == f"/manage/channels/{_pk('discord')}/accounts/"


def _pk(kind: str) -> int:
    return Channel.objects.get(kind=kind).pk


def test_a_checklist_costs_as_many_queries_whatever_the_checks_found(leaving: Checklist) -> None:
    counts = []
    for more in (1, 3):
        for number in range(more):
            name = f"List {number} of {more}"
            ours = channels_workflow.save_channel(
                None, name=name, to_let_in="", to_let_out="", by=act_as(leaving.begun_by)
            )
            leaving.steps.create(channel=ours)
        check_now()
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(leaving)) == 4 + leaving.steps.filter(channel__kind="list").count()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_step_that_is_added_after_a_check_says_nothing_of_it(leaving: Checklist, team: list[Person]) -> None:
    signal = channels_workflow.save_channel(None, name="Signal", to_let_in="", to_let_out="", by=act_as(team[0]))
    drift_workflow.paste_list(signal, team[9].user.email, by=act_as(team[0]))
    leaving.steps.create(channel=signal)
    assert gist(leaving)["list"] == ("To do", "")


def test_a_step_that_is_taken_back_and_ticked_again_waits_for_another_check(
    leaving: Checklist, team: list[Person]
) -> None:
    tick_all(leaving, team[0])
    check_now()
    step = leaving.steps.get(channel__kind="github")
    boarding_workflow.tick(step, done=False, by=act_as(team[0]))
    assert gist(leaving)["github"] == ("Still in", "Still seen there by the check")
    boarding_workflow.tick(step, done=True, by=act_as(team[0]))
    assert gist(leaving)["github"] == ("Check again", "Seen there, before it was ticked off, by the check")


def test_the_check_of_a_pasted_list_is_told_on_the_checklist(leaving: Checklist, team: list[Person]) -> None:
    signal = channels_workflow.save_channel(None, name="Signal", to_let_in="", to_let_out="", by=act_as(team[0]))
    step = leaving.steps.create(channel=signal)
    boarding_workflow.tick(step, done=True, by=act_as(team[0]))
    check = drift_workflow.paste_list(signal, team[9].user.email, by=act_as(team[0]))
    [row] = [row for row in rows(leaving) if row.step.pk == step.pk]
    assert (row.label, row.note, row.check_url) == (
        "Still in",
        "Ticked off too early? Still seen there by the check",
        check.get_absolute_url(),
    )
    drift_workflow.paste_list(signal, team[0].user.email, by=act_as(team[0]))
    assert gist(leaving)["list"] == DONE


def test_a_channel_that_is_retired_holds_nothing_up(leaving: Checklist, team: list[Person]) -> None:
    signal = channels_workflow.save_channel(None, name="Signal", to_let_in="", to_let_out="", by=act_as(team[0]))
    boarding_workflow.tick(leaving.steps.create(channel=signal), done=True, by=act_as(team[0]))
    drift_workflow.paste_list(signal, team[9].user.email, by=act_as(team[0]))
    assert "Signal" in missing(leaving)[-1]
    channels_workflow.retire_channel(signal, by=act_as(team[0]))
    assert (gist(leaving)["list"], any("Signal" in one for one in missing(leaving))) == (DONE, False)


def test_an_outage_after_a_reading_before_the_checklist_says_nothing(team: list[Person], services: Services) -> None:
    check_now()
    leaving = boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))
    services.down("mailman")
    check_now()
    assert gist(leaving)["mailman"] == ("To do", "")


def test_after_somebody_has_come_back_the_old_checklist_says_nothing_at_once(
    leaving: Checklist, team: list[Person]
) -> None:
    tick_all(leaving, team[0])
    check_now()
    assert gist(leaving)["github"][0] == "Still in"
    begin(leaving.person, email="")
    assert gist(leaving)["github"] == DONE


# -- the way in ----------------------------------------------------------------------------------------


def test_a_check_says_who_is_invited_and_who_is_not_there_yet(team: list[Person], services: Services) -> None:
    onboarding = begin(make_person("Nils Newcomer", github="nils"))
    tick_all(onboarding, team[0])
    services.github.invite("nils")
    services.discord.join(5100, "Nils Newcomer")
    check_now()
    lines = rows(onboarding)
    assert {row.step.channel.kind: (row.label, row.note, row.account) for row in lines} == {
        "login": ("Theirs to do", "", ""),
        "github": ("Not seen", "Invited there, has not accepted yet, says the check", "nils"),
        "mailman": ("Not seen", "No account of theirs is on record to look for, says the check", ""),
        "discord": ("Done", "There under an account that is not noted as theirs, says the check", ""),
    }


def test_an_onboarding_is_not_complete_while_a_check_does_not_see_them(team: list[Person], services: Services) -> None:
    onboarding = begin(make_person("Nils Newcomer", github="nils"))
    tick_all(onboarding, team[0])
    services.discord.join(5100, "Nils Newcomer")
    check_now()
    sentence = "The last check does not see them: GitHub team, Mailing list. Check again when they are in."
    assert missing(onboarding)[-1] == sentence
    services.github.join(77, "nils")
    services.mailman.subscribers["nils@example.net"] = "Nils Newcomer"
    check_now()
    assert not any("does not see" in one for one in missing(onboarding))


def test_a_channel_that_was_never_read_holds_up_no_onboarding(team: list[Person], services: Services) -> None:
    onboarding = begin(make_person("Nils Newcomer", github="nils"))
    tick_all(onboarding, team[0])
    services.down("mailman")
    check_now()
    notes = {row.step.channel.kind: (row.label, row.note) for row in rows(onboarding)}
    assert notes["mailman"] == ("Done", "Could not be read by the check")
    assert "Mailing list" not in missing(onboarding)[-1]


@pytest.mark.rule("PEP811-51")
def test_each_direction_shows_its_own_instructions(leaving: Checklist, team: list[Person], admin: Client) -> None:
    onboarding = accepted(begin(make_person("Nils Newcomer", github="nils")))
    coming = text(admin.get(onboarding.get_absolute_url()).content)
    going = text(admin.get(leaving.get_absolute_url()).content)
    subscribe, unsubscribe = "Subscribe the address", "Unsubscribe every address"
    assert (subscribe in coming, unsubscribe in coming, subscribe in going, unsubscribe in going) == (
        True, False, False, True,
    )  # fmt: skip


@pytest.mark.rule("JOIN-10", "PEP811-51")
def test_a_step_shows_what_to_do_and_whom_to_ask(leaving: Checklist, team: list[Person], admin: Client) -> None:
    chat = Channel.objects.get(kind="discord")
    said = {"to_let_in": "Give the role.", "to_let_out": "Take the role.", "contact": "moderators@example.org"}
    answer = admin.post(f"/manage/channels/{chat.pk}/", said)
    assert answer.status_code == 302
    onboarding = accepted(begin(make_person("Nils Newcomer", github="nils")))
    pages = [admin.get(checklist.get_absolute_url()).content.decode() for checklist in (onboarding, leaving)]
    assert ["Give the role." in page for page in pages] == [True, False]
    assert ["Take the role." in page for page in pages] == [False, True]
    assert ["Contact: moderators@example.org" in page for page in pages] == [True, True]
