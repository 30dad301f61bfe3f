"""Drift checks against three local servers: what they find, what they say, and what applying them does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist, ChecklistStep
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift import workflow as drift_workflow
from members.drift.queries import plans
from members.drift.workflow import checking
from members.people.models import FormerGitHubName, Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import act_as
from tests.factories import make_emeritus, make_person
from tests.members.drift import services as three
from tests.members.drift.disturbed import ISSUE, disturbed, team
from tests.members.drift.services import Services, check_now, errors, found, kinds, services
from web.conflicts import Conflict, NotAllowed

__all__ = ["disturbed", "services", "team"]


def approved(newcomer: Person) -> Checklist:
    """Begin an onboarding without steps, and without an invitation."""
    return Checklist.objects.create(
        direction="in", person=newcomer, began="vote", authority="a vote", begun_at=clock.now()
    )


# -- finding -----------------------------------------------------------------------------------------------


def test_a_team_in_every_channel_has_no_differences(team: list[Person]) -> None:
    check = check_now()
    assert (len(team), found(check), errors(check)) == (30, set(), {})
    assert [reading.entries for reading in check.readings.all()] == [30, 30, 30]


@pytest.mark.rule("PEP811-48", "PSRT-12")
@pytest.mark.parametrize("page_limit", [1000, 7, 1])
def test_one_run_finds_exactly_the_six_differences_however_small_the_pages(
    disturbed: list[Person], services: Services, page_limit: int
) -> None:
    for service in (services.github, services.mailman, services.discord):
        service.page_limit = page_limit
    assert found(check_now()) == ISSUE


def test_each_reading_names_its_server(team: list[Person], services: Services) -> None:
    ports = {name: server.server_port for name, server in services.servers.items()}
    assert {reading.channel.kind: reading.server for reading in check_now().readings.select_related("channel")} == {
        "github": f"psrt/team at the demo server on localhost:{ports['github']}",
        "mailman": f"team@lists.example.org at the demo server on localhost:{ports['mailman']}",
        "discord": f"role 800 at the demo server on localhost:{ports['discord']}",
    }


def test_a_member_without_an_account_on_record_is_not_missing(team: list[Person]) -> None:
    Person.objects.filter(pk=team[9].pk).update(github="", github_id=None)
    ChannelAccount.objects.filter(person=team[9]).delete()
    team[9].user.delete()
    found_now = found(check_now())
    name = team[9].name.split()[0]
    assert {one for one in found_now if one[1] == "no_account"} == {("github", "no_account", name)}
    assert ("mailman", "other_address", name) in found_now
    assert ("discord", "other_address", name) in found_now
    assert ("github", "unknown", "1009") in found_now


def test_a_newcomer_is_neither_missing_nor_unknown(team: list[Person], services: Services) -> None:
    newcomer = make_person("Zoe Newcomer", github="zoe")
    approved(newcomer)
    assert found(check_now()) == set()
    services.github.join(77, "zoe")
    services.mailman.subscribers["zoe@example.net"] = "Zoe Newcomer"
    assert found(check_now()) == {("mailman", "other_address", "Zoe")}
    newcomer.refresh_from_db()
    assert newcomer.github_id == 77


def test_a_suspended_member_is_neither_asked_back_in_nor_removed(team: list[Person], services: Services) -> None:
    suspended = team[7]
    accounts_workflow.suspend(suspended, "A lost laptop.", by=act_as(team[0]))
    assert found(check_now()) == set()  # still in every channel
    services.github.members.remove(1007)
    services.discord.holders.discard(5007)
    del services.mailman.subscribers[suspended.user.email]
    check = check_now()
    assert found(check) == set()
    assert [part.proposals for part in plans.plan(check, clock.now())] == [(), (), ()]


@pytest.mark.rule("PEP811-48", "PSRT-12")
def test_a_former_member_who_is_still_there_is_named(team: list[Person], services: Services) -> None:
    emil = make_emeritus("Emil Emeritus", github="emil")
    services.github.join(78, "emil")
    assert found(check_now()) == {("github", "left", "Emil")}
    emil.refresh_from_db()
    assert emil.github_id is None  # by now the name may be somebody else's


def test_the_old_name_of_a_renamed_account_is_a_stranger_when_somebody_else_takes_it(
    disturbed: list[Person], services: Services
) -> None:
    services.github.join(4242, disturbed[6].github)
    assert found(check_now()) == ISSUE | {("github", "unknown", "4242")}


def test_the_number_of_a_name_is_noted_so_that_a_later_rename_is_seen(team: list[Person], services: Services) -> None:
    Person.objects.filter(pk=team[8].pk).update(github_id=None)
    assert found(check_now()) == set()
    services.github.names[1008] = "new-name"
    assert found(check_now()) == {("github", "renamed", team[8].name.split()[0])}


def test_a_number_that_is_somebody_elses_is_not_noted(team: list[Person]) -> None:
    Person.objects.filter(pk=team[8].pk).update(github_id=None)
    make_person("Old Record", github="", github_id=1008)
    assert found(check_now()) == set()
    team[8].refresh_from_db()
    assert team[8].github_id is None


def test_an_invitation_by_address_is_recognised(team: list[Person], services: Services) -> None:
    services.github.members.remove(1010)
    services.github.invite(None, team[10].user.email.upper())
    services.github.invite(None, "other@example.net")
    assert found(check_now()) == {
        ("github", "pending", team[10].name.split()[0]),
        ("github", "unknown", "other@example.net"),
    }


def test_an_address_is_compared_without_case(team: list[Person], services: Services) -> None:
    name = services.mailman.subscribers.pop(team[2].user.email)
    services.mailman.subscribers[team[2].user.email.upper()] = name
    services.github.names[1002] = team[2].github.upper()
    assert found(check_now()) == set()


def test_two_addresses_of_one_member_are_no_difference(team: list[Person], services: Services) -> None:
    mailman = three.channel(ChannelKind.MAILMAN)
    ChannelAccount.objects.create(channel=mailman, person=team[2], identifier="noted@example.net")
    services.mailman.subscribers["noted@example.net"] = "Somebody"
    assert found(check_now()) == set()


# -- the checklists ------------------------------------------------------------------------------------------


def test_a_check_confirms_the_ticked_steps_that_it_sees(team: list[Person], services: Services) -> None:
    zoe = make_person("Zoe Newcomer", github="zoe")
    onboarding = approved(zoe)
    for channel in Channel.objects.in_use():
        done_at = None if channel.kind == ChannelKind.MAILMAN else clock.now()
        ChecklistStep.objects.create(checklist=onboarding, channel=channel, done_at=done_at)
    services.github.join(77, "zoe")
    services.mailman.subscribers["zoe@example.net"] = "Zoe Newcomer"
    check_now()
    confirmed = onboarding.steps.filter(confirmed_at__isnull=False)
    assert list(confirmed.values_list("channel__kind", flat=True)) == ["github"]


def test_a_check_confirms_that_somebody_is_out_of_the_channels(team: list[Person], services: Services) -> None:
    leaving = team[12]
    offboarding = boarding_workflow.offboard(leaving, authority="their mail", reason="", by=act_as(team[0]))
    for step in offboarding.steps.exclude(channel__kind="login"):
        boarding_workflow.tick(step, done=True, by=act_as(team[0]))
    services.github.members.remove(1012)
    services.github.invite(leaving.github)
    services.discord.holders.discard(5012)
    check = check_now()
    assert found(check) == {("github", "left", "Canu"), ("mailman", "left", "Canu")}
    confirmed = offboarding.steps.filter(confirmed_at__isnull=False)
    assert list(confirmed.values_list("channel__kind", flat=True)) == ["discord"]


# -- asking ----------------------------------------------------------------------------------------------------


def test_only_admins_ask_for_a_check(team: list[Person]) -> None:
    with pytest.raises(NotAllowed):
        drift_workflow.request_check(by=act_as(team[5]))
    asked = drift_workflow.request_check(by=act_as(team[0]))
    assert (asked.requested_by, asked.finished_at) == (team[0], None)
    assert kinds(asked) == ["drift:requested"]


def test_while_one_waits_no_other_is_asked_for(team: list[Person]) -> None:
    drift_workflow.request_check(by=None)
    with pytest.raises(Conflict, match="A check is waiting already"):
        drift_workflow.request_check(by=act_as(team[0]))


def test_with_nothing_connected_there_is_nothing_to_check(team: list[Person], settings: Settings) -> None:
    settings.GITHUB_API_TOKEN = settings.MAILMAN_LIST = settings.DISCORD_API_URL = ""
    with pytest.raises(Conflict, match="No channel is connected"):
        drift_workflow.request_check(by=None)


def test_a_check_runs_once(disturbed: list[Person]) -> None:
    check = check_now()
    before = found(check)
    drift_workflow.run_check(check.pk)
    checking._finish(check.pk, [])
    assert (found(check), check.readings.count()) == (before, 3)
    assert kinds(check) == ["drift:requested", "drift:changed"]


def test_a_check_says_whether_something_has_changed_since_the_last(disturbed: list[Person], services: Services) -> None:
    assert [kinds(check_now())[1] for _ in range(2)] == ["drift:changed", "drift:checked"]
    services.discord.fault = ServiceAnswer(500)
    assert [kinds(check_now())[1] for _ in range(2)] == ["drift:changed", "drift:checked"]
    services.discord.fault = None
    services.mailman.subscribers["second@example.net"] = ""
    assert [kinds(check_now())[1] for _ in range(2)] == ["drift:changed", "drift:checked"]


def test_a_first_check_without_differences_is_no_news(team: list[Person]) -> None:
    assert kinds(check_now()) == ["drift:requested", "drift:checked"]


def test_the_log_holds_counts_and_nobodys_account(disturbed: list[Person]) -> None:
    check = check_now()
    event = Event.objects.get(target=f"drift.driftcheck:{check.pk}", kind="drift:changed")
    assert event.data == {"channels": 3, "unread": 0, "findings": 6, "github_numbers_noted": 0, "steps_ticked": 0}


# -- applying --------------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-48", "PSRT-12")
def test_applying_brings_every_channel_in_line(disturbed: list[Person], services: Services) -> None:
    three.apply_all(check_now(), disturbed[0])
    after = check_now()
    assert found(after) == {("github", "pending", "Beta")}
    services.github.invitations.clear()
    services.github.join(1005, disturbed[5].github)
    assert found(check_now()) == set()
    disturbed[6].refresh_from_db()
    assert disturbed[6].github == "another-name"
    assert list(FormerGitHubName.objects.values_list("person__name", "name")) == [("Belo Lorem", "belo")]
    noted = ChannelAccount.objects.get(channel__kind="mailman")
    assert (noted.person, noted.identifier) == (disturbed[7], "private@example.net")
    assert "stranger@example.net" not in services.mailman.subscribers


def test_every_change_is_one_event_of_the_admin_who_confirmed_it(disturbed: list[Person]) -> None:
    check = check_now()
    three.apply_all(check, disturbed[0])
    wanted = ("drift:apply_confirmed", "drift:change_made", "drift:change_failed", "person:github_renamed")
    events = Event.objects.filter(kind__in=[*wanted, "person:account_noted"])
    assert {event.actor for event in events} == {f"people.person:{disturbed[0].pk}"}
    assert sorted(event.kind for event in events) == [
        "drift:apply_confirmed", "drift:change_made", "drift:change_made", "drift:change_made", "person:account_noted",
        "person:github_renamed",
    ]  # fmt: skip
    assert "example.net" not in "".join(str(event.data) for event in Event.objects.all())


@pytest.mark.parametrize("age", [timedelta(hours=24, seconds=1), timedelta(days=3)])
def test_a_check_of_yesterday_is_not_applied(disturbed: list[Person], age: timedelta) -> None:
    check = check_now()
    with clock.pretend(clock.now() + age), pytest.raises(Conflict, match="older than 24 hours"):
        three.apply_all(check, disturbed[0])


def test_only_the_newest_check_is_applied(disturbed: list[Person]) -> None:
    first = check_now()
    check_now()
    with pytest.raises(Conflict, match="There is a newer check"):
        three.apply_all(first, disturbed[0])
    with pytest.raises(Conflict, match="has not run yet"):
        three.apply_all(drift_workflow.request_check(by=None), disturbed[0])


@pytest.mark.rule("PEP811-48", "PSRT-12")
def test_only_an_admin_applies(disturbed: list[Person]) -> None:
    check = check_now()
    with pytest.raises(NotAllowed):
        three.apply_all(check, disturbed[5])


def test_characters_that_no_database_keeps_stop_no_check(team: list[Person], services: Services) -> None:
    """A subscriber chooses the name that a list shows; a server may send a number of any size."""
    services.mailman.subscribers["odd@example.net"] = "Od\0d \ud800 name"
    Person.objects.filter(pk=team[0].pk).update(github_id=None)
    services.github.names[2**70] = team[0].github
    services.github.members.append(2**70)
    check = check_now()
    assert check.finished_at is not None
    [odd] = [one for reading in check.readings.all() for one in reading.findings.filter(identifier="odd@example.net")]
    assert odd.shown == "Odd ? name"
