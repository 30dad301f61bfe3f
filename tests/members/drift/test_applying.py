"""Changes that follow from a check: the limits, what may have happened meanwhile, and faults."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.channels import workflow as channels_workflow
from members.channels.models import ChannelAccount, ChannelKind
from members.drift import workflow as drift_workflow
from members.drift.models import Change, ChangeAct, DriftCheck, Finding
from members.drift.queries import plans
from members.drift.workflow import applying
from members.people.models import Person, RoleKind
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import act_as
from tests.factories import give_login, make_member, make_person
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, found, services
from web.conflicts import Conflict

__all__ = ["services"]


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Twelve people who are in every channel; the first two are the admins."""
    people = three.make_team(three.NAMES[:12])
    three.enrol(services, people)
    return people


def strangers(services: Services, count: int) -> None:
    for number in range(count):
        services.mailman.subscribers[f"stranger{number}@example.net"] = f"Stranger {number}"


def wanted(check: DriftCheck, *kinds: str) -> list[int]:
    """The findings of these kinds."""
    return list(Finding.objects.filter(reading__check_run=check, kind__in=kinds).values_list("pk", flat=True))


def plan(check: DriftCheck) -> list[plans.ChannelPlan]:
    return plans.plan(check, clock.now())


def order(check: DriftCheck, findings: list[int], by: Person) -> list[Change]:
    return drift_workflow.confirm_apply(check, findings, by=act_as(by))


def made(change: Change) -> tuple[bool, str]:
    """Run a change, and say whether it was made, and why not."""
    drift_workflow.make_change(change.pk)
    change.refresh_from_db()
    return change.done_at is not None, change.error


def events(*kinds: str) -> list[str]:
    return list(Event.objects.filter(kind__in=kinds).values_list("kind", flat=True))


# -- what is proposed --------------------------------------------------------------------------------------


def test_the_dry_run_asks_nobody_and_changes_nothing(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    services.github.members.remove(1003)
    services.github.invite(team[3].github)
    check = check_now()
    for service in (services.github, services.mailman, services.discord):
        service.log.clear()
    parts = plan(check)
    assert [(one.reading.channel.kind, [str(p.act) for p in one.proposals]) for one in parts] == [
        ("github", []),
        ("mailman", ["remove"]),
        ("discord", []),
    ]
    assert [(finding.kind, instead) for finding, instead in parts[0].by_hand] == [("pending", "")]
    assert services.github.log + services.mailman.log + services.discord.log == []
    assert Change.objects.count() == 0


def test_a_channel_that_could_not_be_read_has_no_plan(team: list[Person], services: Services) -> None:
    services.mailman.fault = ServiceAnswer(500)
    assert [one.reading.channel.kind for one in plan(check_now())] == ["github", "discord"]


def test_a_pasted_list_is_changed_by_hand_except_for_what_the_portal_notes(team: list[Person]) -> None:
    admin = act_as(team[0])
    alumni = channels_workflow.save_channel(None, name="Signal group", to_let_in="", to_let_out="", by=admin)
    check = drift_workflow.paste_list(alumni, f"x@example.net,{team[3].name}\ny@example.net", by=admin)
    [part] = plan(check)
    assert [(one.act, one.finding.person) for one in part.proposals] == [(ChangeAct.ADOPT, team[3])]
    assert {finding.kind for finding, _ in part.by_hand} == {"missing", "unknown"}
    with pytest.raises(Conflict, match="cannot be made from here"):
        order(check, wanted(check, "unknown"), team[0])
    [change] = order(check, wanted(check, "other_address"), team[0])
    assert made(change) == (True, "")
    assert ChannelAccount.objects.get(channel=alumni).identifier == "x@example.net"


# -- limits ------------------------------------------------------------------------------------------------


def test_a_list_that_would_lose_more_than_a_quarter_is_refused(team: list[Person], services: Services) -> None:
    strangers(services, 5)
    check = check_now()
    assert "5 of 17 would be removed within seven days, more than a quarter" in plan(check)[1].refusal
    with pytest.raises(
        Conflict, match=r"^Mailing list: 5 of 17 would be removed within seven days, more than a quarter\."
    ):
        order(check, wanted(check, "unknown"), team[0])
    assert (Change.objects.count(), events("drift:apply_confirmed")) == (0, [])


def test_a_quarter_cannot_be_taken_twice(team: list[Person], services: Services) -> None:
    strangers(services, 5)
    check = check_now()
    findings = wanted(check, "unknown")
    for change in order(check, findings[:4], team[0]):
        assert made(change) == (True, "")
    with pytest.raises(Conflict, match="5 of 17 would be removed"):
        order(check, findings[4:], team[0])


def test_nobody_is_removed_where_fewer_than_two_admins_are_seen(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    del services.mailman.subscribers[team[1].user.email]
    check = check_now()
    assert "Fewer than 2 of the roster’s admins" in plan(check)[1].refusal
    with pytest.raises(Conflict, match="Fewer than 2 of the roster’s admins"):
        order(check, wanted(check, "unknown"), team[0])
    [change] = order(check, wanted(check, "missing"), team[0])
    assert made(change) == (True, "")
    newer = check_now()
    [change] = order(newer, wanted(newer, "unknown"), team[0])
    assert made(change) == (True, "")


def test_an_admin_who_joined_since_the_check_is_not_counted(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    del services.mailman.subscribers[team[1].user.email]
    with clock.pretend(datetime(2026, 1, 10, 23, tzinfo=UTC)):
        check = check_now()
    with clock.pretend(datetime(2026, 1, 11, 1, tzinfo=UTC)):
        make_member("Zoe Newcomer", RoleKind.ADMIN, since=date(2026, 1, 11))
        with pytest.raises(Conflict, match="Fewer than 2"):
            order(check, wanted(check, "unknown"), team[0])


def test_the_limits_are_asked_again_before_a_removal(team: list[Person], services: Services) -> None:
    strangers(services, 3)
    check = check_now()
    changes = order(check, wanted(check, "unknown"), team[0])
    for one in team[4:10]:
        del services.mailman.subscribers[one.user.email]
    assert made(changes[0])[0] is False
    assert changes[0].error.startswith("3 of 9 would be removed within seven days, more than a quarter. ")
    for one in team[4:10]:
        services.mailman.subscribers[one.user.email] = one.name
    del services.mailman.subscribers[team[0].user.email]
    assert "Fewer than 2" in made(changes[1])[1]
    assert len(services.mailman.subscribers) == 14


def test_removals_that_were_made_count_among_the_entries(team: list[Person], services: Services) -> None:
    strangers(services, 4)
    check = check_now()
    assert [made(change) for change in order(check, wanted(check, "unknown"), team[0])] == [(True, "")] * 4
    assert len(services.mailman.subscribers) == 12


# -- ordering ----------------------------------------------------------------------------------------------


def test_nothing_chosen_is_refused(team: list[Person], services: Services) -> None:
    check = check_now()
    with pytest.raises(Conflict, match="Choose at least one change"):
        order(check, [], team[0])


def test_a_change_is_ordered_once(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    check = check_now()
    order(check, wanted(check, "unknown"), team[0])
    with pytest.raises(Conflict, match="ordered already"):
        order(check, wanted(check, "unknown"), team[1])


def test_a_finding_of_another_check_is_refused(team: list[Person], services: Services) -> None:
    strangers(services, 1)
    first = check_now()
    with pytest.raises(Conflict, match="ordered already, or cannot be made"):
        order(check_now(), wanted(first, "unknown"), team[0])


# -- a worker makes it -------------------------------------------------------------------------------------


@pytest.fixture
def removal(team: list[Person], services: Services) -> Change:
    """An order to remove a stranger from the mailing list."""
    strangers(services, 1)
    check = check_now()
    return order(check, wanted(check, "unknown"), team[0])[0]


def test_a_change_is_made_once(removal: Change, services: Services) -> None:
    assert made(removal) == (True, "")
    services.mailman.log.clear()
    drift_workflow.make_change(removal.pk)
    applying._settle(removal.pk, "an error that came late", False)
    removal.refresh_from_db()
    assert (removal.error, services.mailman.log) == ("", [])
    assert events("drift:change_made", "drift:change_failed") == ["drift:change_made"]


def test_an_order_of_a_suspended_admin_is_not_done(removal: Change, team: list[Person]) -> None:
    give_login(make_member("Sal Seat", RoleKind.STEERING_COUNCIL))  # who could end it
    accounts_workflow.suspend(removal.confirmed_by, "A lost laptop.", by=act_as(team[1]))
    assert made(removal) == (False, f"{removal.confirmed_by.name}, who ordered it, is no admin any more.")


def test_an_account_gone_already_counts_as_removed(removal: Change, services: Services) -> None:
    services.mailman.subscribers.pop("stranger0@example.net")
    assert made(removal) == (True, "")


def test_a_person_on_the_roster_by_now_is_not_removed(removal: Change, team: list[Person], services: Services) -> None:
    mailman = three.channel(ChannelKind.MAILMAN)
    ChannelAccount.objects.create(channel=mailman, person=team[4], identifier="stranger0@example.net")
    assert made(removal) == (False, "Stranger 0 is on the roster by now.")
    assert "stranger0@example.net" in services.mailman.subscribers
    assert events("drift:change_failed") == ["drift:change_failed"]


def test_an_outage_while_a_change_is_made_is_said(removal: Change, services: Services) -> None:
    services.mailman.fault = ServiceAnswer(503)
    done, error = made(removal)
    assert (done, error.endswith(" answered with error 503.")) == (False, True)


def test_a_channel_that_is_not_connected_any_more_is_said(removal: Change, settings: object) -> None:
    settings.MAILMAN_API_PASSWORD = ""  # type: ignore[attr-defined]
    assert made(removal) == (False, "Mailing list is not connected any more.")


def test_an_invitation_of_a_stranger_is_taken_back(team: list[Person], services: Services) -> None:
    services.github.names[4242] = "ghost"
    services.github.invite("ghost")
    check = check_now()
    [change] = order(check, wanted(check, "unknown"), team[0])
    assert made(change) == (True, "")
    assert services.github.invitations == []


@pytest.fixture
def addition(team: list[Person], services: Services) -> Change:
    """An order to add the fourth to the chat."""
    services.discord.holders.discard(5003)
    check = check_now()
    return order(check, wanted(check, "missing"), team[0])[0]


def test_a_former_member_is_not_added(addition: Change, team: list[Person], services: Services) -> None:
    boarding_workflow.offboard(team[3], authority="their mail", reason="", by=act_as(team[0]))
    assert made(addition) == (False, f"{team[3].name} is not a member any more.")
    assert 5003 not in services.discord.holders


def test_a_member_without_an_account_by_now_is_not_added(addition: Change, team: list[Person]) -> None:
    ChannelAccount.objects.filter(person=team[3]).delete()
    assert made(addition) == (False, f"{team[3].name} has no account on record any more.")


def test_a_member_who_is_not_on_the_server_is_named_not_added(
    addition: Change, team: list[Person], services: Services
) -> None:
    services.discord.people.pop(5003)
    assert made(addition)[1].startswith(f"{team[3].name} has not joined the Discord server")


def test_the_log_says_when_somebody_was_only_invited(team: list[Person], services: Services) -> None:
    services.github.members.remove(1003)
    services.github.organisation.remove(1003)
    check = check_now()
    [change] = order(check, wanted(check, "missing"), team[0])
    assert made(change) == (True, "")
    assert Event.objects.get(kind="drift:change_made").data["invited"] is True
    assert found(check_now()) == {("github", "pending", team[3].name.split()[0])}


def test_a_new_name_that_is_on_record_for_another_is_not_noted(team: list[Person], services: Services) -> None:
    services.github.names[1003] = "taken"
    check = check_now()
    [change] = order(check, wanted(check, "renamed"), team[0])
    make_person("Tom Taken", github="Taken")
    assert made(change) == (
        False,
        "taken is on record as the GitHub name of Tom Taken. Correct that first.",
    )
    assert events("person:github_renamed", "drift:change_failed") == ["drift:change_failed"]


def test_a_first_name_on_github_leaves_no_former_one(team: list[Person], services: Services) -> None:
    Person.objects.filter(pk=team[3].pk).update(github="")
    check = check_now()
    [change] = order(check, wanted(check, "renamed"), team[0])
    assert made(change) == (True, "")
    assert team[3].former_github_names.count() == 0
    team[3].refresh_from_db()
    assert team[3].github == services.github.names[1003]


def test_an_address_that_is_noted_for_another_is_not_noted_again(team: list[Person], services: Services) -> None:
    del services.mailman.subscribers[team[3].user.email]
    services.mailman.subscribers["private@example.net"] = team[3].name
    check = check_now()
    [change] = order(check, wanted(check, "other_address"), team[0])
    mailman = three.channel(ChannelKind.MAILMAN)
    ChannelAccount.objects.create(channel=mailman, person=team[4], identifier="private@example.net")
    assert made(change) == (False, f"This account is noted as that of {team[4].name} already.")


def test_a_refused_order_leaves_nothing_behind(team: list[Person], services: Services) -> None:
    strangers(services, 5)
    services.discord.holders.discard(5003)
    check = check_now()
    with pytest.raises(Conflict), transaction.atomic():
        order(check, wanted(check, "unknown", "missing"), team[0])
    assert Change.objects.count() == 0
