"""Owners, moderators, maintainers and administrators are read beside plain membership."""

from __future__ import annotations

import pytest
from django.test import Client

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.channels.connectors import BY_HAND
from members.drift import workflow as drift_workflow
from members.drift.models import Change, DriftCheck, Finding
from members.drift.queries import plans
from members.people.models import Person
from tests.cast import act_as
from tests.members.drift.browsing import admin, team
from tests.members.drift.services import Services, check_now, services

__all__ = ["admin", "services", "team"]

KARL = 9


@pytest.fixture
def gone(team: list[Person], services: Services) -> Person:
    """Somebody who has left and is a plain member nowhere."""
    person = team[KARL]
    boarding_workflow.offboard(person, authority="their mail", reason="", by=act_as(team[0]))
    services.github.members.remove(1000 + KARL)
    del services.mailman.subscribers[person.user.email]
    services.discord.holders.discard(5000 + KARL)
    return person


def give_everything(services: Services, person: Person) -> None:
    """Give every privilege that a service has."""
    services.mailman.privileged["owner"][person.user.email] = person.name
    services.mailman.privileged["owner"]["list-master@example.org"] = "The list master"
    services.mailman.privileged["moderator"][person.user.email] = person.name
    services.github.owners.append(person.github_id or 0)
    services.discord.owner = 5000 + KARL
    services.discord.administrators.add(5000 + KARL)


def left(check: DriftCheck) -> set[tuple[str, str]]:
    """Return the channel and the privilege of everybody who has left and is still there."""
    findings = Finding.objects.filter(reading__check_run=check, kind="left")
    return set(findings.values_list("reading__channel__kind", "role"))


def test_who_left_and_kept_a_privilege_is_found_in_each_service(gone: Person, services: Services) -> None:
    give_everything(services, gone)
    assert left(check_now()) == {
        ("mailman", "owner"),
        ("mailman", "moderator"),
        ("github", "organization owner"),
        ("discord", "server owner"),
        ("discord", "administrator"),
    }


def test_a_privilege_keeps_the_steps_of_an_offboarding_open(gone: Person, services: Services) -> None:
    give_everything(services, gone)
    check_now()
    offboarding = Checklist.objects.offboardings().get()
    assert [step.done_at for step in offboarding.steps.exclude(channel__kind="login")] == [None] * 3
    services.mailman.privileged["owner"].pop(gone.user.email)
    services.mailman.privileged["moderator"].clear()
    services.github.owners.clear()
    services.discord.owner, services.discord.administrators = 1, set()
    check_now()
    assert all(offboarding.steps.values_list("done_at", flat=True))


def test_a_member_may_have_privileges_and_need_not(team: list[Person], services: Services) -> None:
    services.mailman.privileged["owner"][team[0].user.email] = ""
    services.github.owners.append(1000)
    services.github.maintainers.add(1001)
    services.discord.owner = 5001
    check = check_now()
    assert Finding.objects.filter(reading__check_run=check).count() == 0
    assert [reading.entries for reading in check.readings.all()] == [12, 12, 12]


def test_an_owner_of_the_list_need_not_be_on_it(team: list[Person], services: Services) -> None:
    services.mailman.privileged["owner"][team[3].user.email] = ""
    del services.mailman.subscribers[team[3].user.email]
    check = check_now()
    assert [finding.kind for finding in Finding.objects.filter(reading__check_run=check)] == ["missing"]


def test_an_unknown_owner_of_the_list_is_a_stranger_and_one_of_the_organization_is_not(
    team: list[Person], services: Services
) -> None:
    services.mailman.privileged["owner"]["who@example.net"] = "Who"
    services.github.join(4242, "ghost", team=False)
    services.github.owners.append(4242)
    services.discord.join(9001, "Bot", role=False)
    services.discord.administrators.add(9001)
    findings = Finding.objects.filter(reading__check_run=check_now())
    assert list(findings.values_list("kind", "identifier", "role")) == [("unknown", "who@example.net", "owner")]


def make(check: DriftCheck, by: Person) -> list[Change]:
    """Remove everybody who has left, as far as the portal can."""
    proposals = [one for part in plans.plan(check, clock.now()) for one in part.proposals]
    wanted = [one.finding.pk for one in proposals if one.finding.kind == "left"]
    changes = drift_workflow.confirm_apply(check, wanted, by=act_as(by))
    for change in changes:
        drift_workflow.make_change(change.pk)
        change.refresh_from_db()
    return changes


def test_owners_and_moderators_of_the_list_are_removed_with_the_same_confirmation(
    gone: Person, team: list[Person], services: Services
) -> None:
    give_everything(services, gone)
    changes = make(check_now(), team[0])
    assert {change.error for change in changes} == {""}
    owners, moderators = services.mailman.privileged["owner"], services.mailman.privileged["moderator"]
    assert (list(owners), list(moderators)) == (["list-master@example.org"], [])


def test_the_last_owner_of_the_list_stays(gone: Person, team: list[Person], services: Services) -> None:
    services.mailman.privileged["owner"][gone.user.email] = gone.name
    [change] = make(check_now(), team[0])
    assert change.error == f"{gone.name} is the only owner. Add another owner there first."
    assert list(services.mailman.privileged["owner"]) == [gone.user.email]


def test_a_maintainer_of_the_team_is_removed_from_it(gone: Person, team: list[Person], services: Services) -> None:
    services.github.members.append(1000 + KARL)
    services.github.maintainers.add(1000 + KARL)
    check = check_now()
    assert left(check) == {("github", "maintainer")}
    [change] = make(check, team[0])
    assert (change.error, 1000 + KARL in services.github.members) == ("", False)


def test_what_no_interface_takes_away_is_named_with_what_to_do(
    gone: Person, team: list[Person], services: Services, admin: Client
) -> None:
    give_everything(services, gone)
    check = check_now()
    parts = plans.plan(check, clock.now())
    assert {(finding.role, instead) for part in parts for finding, instead in part.by_hand} == {
        (role, BY_HAND[role]) for role in BY_HAND
    }
    page = admin.get(f"{check.get_absolute_url()}apply/").content.decode()
    assert [str(instead) in page for instead in BY_HAND.values()] == [True] * 3


def test_the_table_names_the_privileges(gone: Person, services: Services, admin: Client) -> None:
    give_everything(services, gone)
    check_now()
    rows = admin.get("/manage/drift/").context["page"]
    [cells] = [row.cells for row in rows if row.person == gone]
    assert [(cell.label, cell.tone) for cell in cells] == [
        ("left (organization owner)", "critical"),
        ("left (moderator, owner)", "critical"),
        ("left (administrator, server owner)", "critical"),
    ]
