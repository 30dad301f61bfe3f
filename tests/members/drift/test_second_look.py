"""Applying ends with a check, which ticks the steps of checklists that it can confirm."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist, ChecklistStep
from members.channels.models import ChannelAccount, ChannelKind
from members.drift import tasks
from members.drift import workflow as drift_workflow
from members.drift.models import Change, DriftCheck
from members.drift.pages.waiting import waiting_for
from members.drift.queries import plans
from members.people.models import FormerGitHubName, Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import act_as
from tests.factories import give_login, make_person
from tests.members.boarding.pages import begin
from tests.members.drift import services as three
from tests.members.drift.browsing import admin, page_of, team
from tests.members.drift.services import Services, check_now, found, services

__all__ = ["admin", "services", "team"]


@pytest.fixture
def leaving(team: list[Person]) -> Checklist:
    """Somebody who is in every channel has just left."""
    return boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))


def newcomer(services: Services, *, has_accepted: bool = True) -> Checklist:
    """Return the onboarding of somebody with accounts everywhere, who is in no channel yet."""
    person = make_person("Nils Newcomer", github="nils")
    Person.objects.filter(pk=person.pk).update(github_id=1100)
    services.github.join(1100, "nils", team=False)
    services.discord.join(5100, "Nils Newcomer", role=False)
    ChannelAccount.objects.create(channel=three.channel(ChannelKind.DISCORD), person=person, identifier="5100")
    give_login(person)
    onboarding = begin(person, email="")
    if has_accepted:
        Checklist.objects.filter(pk=onboarding.pk).update(accepted_at=clock.now())
    return onboarding


def order_all(check: DriftCheck, by: Person) -> None:
    """Order everything that could be changed."""
    wanted = [one.finding.pk for part in plans.plan(check, clock.now()) for one in part.proposals]
    drift_workflow.confirm_apply(check, wanted, by=act_as(by))


def steps(checklist: Checklist) -> dict[str, ChecklistStep]:
    """Return the steps by kind of channel, read from the database."""
    return {
        step.channel.kind: step for step in checklist.steps.select_related("channel").exclude(channel__kind="login")
    }


def ticked(checklist: Checklist) -> dict[str, tuple[bool, bool]]:
    """Return by kind of channel whether a step is ticked, and whether a check has confirmed it."""
    return {kind: (step.done_at is not None, step.confirmed_at is not None) for kind, step in steps(checklist).items()}


EVERYWHERE = dict.fromkeys(("github", "mailman", "discord"), (True, True))
NOWHERE = dict.fromkeys(("github", "mailman", "discord"), (False, False))


def test_after_the_last_change_the_portal_checks_again_by_itself(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    first = check_now()
    order_all(first, team[0])
    tasks.work_on_drift()  # makes the changes, then asks for the check
    [second] = DriftCheck.objects.waiting()
    assert (second.follows, second.requested_by) == (first, None)
    tasks.work_on_drift()  # runs it
    second.refresh_from_db()
    assert (second.finished_at is not None, found(second)) == (True, set())
    tasks.work_on_drift()
    assert DriftCheck.objects.count() == 2


def test_the_check_waits_for_the_last_change(leaving: Checklist, team: list[Person], services: Services) -> None:
    order_all(check_now(), team[0])
    for change in Change.objects.all()[:2]:
        tasks.make_drift_change(str(change.pk))
    assert DriftCheck.objects.waiting().count() == 0
    tasks.make_drift_change(str(Change.objects.waiting().get().pk))
    assert DriftCheck.objects.waiting().count() == 1


def test_no_second_check_is_asked_for_while_one_waits(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    order_all(check_now(), team[0])
    asked = drift_workflow.request_check(by=None)
    for change in Change.objects.all():
        drift_workflow.make_change(change.pk)
    assert drift_workflow.follow_up() is None
    drift_workflow.run_check(asked.pk)
    # It was asked for before the changes were made, and may have read the channels before them.
    followed = drift_workflow.follow_up()
    assert followed is not None
    assert followed.follows is not None


def test_changes_that_all_failed_need_no_check(leaving: Checklist, team: list[Person], services: Services) -> None:
    order_all(check_now(), team[0])
    for service in (services.github, services.mailman, services.discord):
        service.fault = ServiceAnswer(500)
    tasks.work_on_drift()
    assert (Change.objects.filter(failed_at=None).count(), DriftCheck.objects.waiting().count()) == (0, 0)


def test_what_the_portal_removed_is_ticked_by_the_check_after_it(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    order_all(check_now(), team[0])
    assert ticked(leaving) == NOWHERE
    tasks.work_on_drift()
    assert {(step.waits_for_check, step.applied_by) for step in steps(leaving).values()} == {(True, team[0])}
    assert ticked(leaving) == NOWHERE  # nobody has looked yet
    tasks.work_on_drift()
    assert ticked(leaving) == EVERYWHERE
    assert {step.done_by for step in steps(leaving).values()} == {None}
    assert leaving.missing(clock.now()) == []


def test_the_alarm_about_what_was_repaired_goes(
    leaving: Checklist, team: list[Person], services: Services, admin: Client
) -> None:
    def alarm() -> tuple[int, int, int]:
        context: Any = admin.get("/manage/drift/").context
        cells = [cell.label for row in context["page"] for cell in row.cells if cell.tone == "critical"]
        return len(context["still_in"]), len(cells), len(waiting_for(act_as(team[0]), clock.now()))

    order_all(check_now(), team[0])
    assert alarm() == (1, 3, 1)
    tasks.work_on_drift()
    assert alarm() == (0, 0, 0)


def test_an_account_that_is_still_listed_keeps_its_step_open(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    order_all(check_now(), team[0])
    tasks.work_on_drift()
    services.discord.holders.add(5009)  # the chat lags, or somebody gave the role back
    tasks.work_on_drift()
    assert ticked(leaving) == {**EVERYWHERE, "discord": (False, False)}
    assert steps(leaving)["discord"].waits_for_check


def test_a_newcomer_who_has_accepted_is_let_in_and_ticked(team: list[Person], services: Services) -> None:
    onboarding = newcomer(services)
    first = check_now()
    assert {(kind, what) for kind, what, _ in found(first)} == {
        ("github", "missing"), ("mailman", "missing"), ("discord", "missing"),
    }  # fmt: skip
    order_all(first, team[0])
    tasks.work_on_drift()
    tasks.work_on_drift()
    assert ticked(onboarding) == EVERYWHERE


def test_nobody_is_let_in_or_ticked_before_they_accept(team: list[Person], services: Services) -> None:
    onboarding = newcomer(services, has_accepted=False)
    services.github.members.append(1100)
    assert found(check_now()) == set()
    assert ticked(onboarding) == NOWHERE


def test_an_account_that_only_shows_the_name_of_a_newcomer_ticks_nothing(
    team: list[Person], services: Services
) -> None:
    onboarding = newcomer(services)
    services.mailman.subscribers["someone@example.net"] = "Nils Newcomer"
    check_now()
    assert ticked(onboarding)["mailman"] == (False, False)


def test_a_former_name_of_a_newcomer_ticks_nothing(team: list[Person], services: Services) -> None:
    onboarding = newcomer(services)
    services.github.members.append(1100)
    person = onboarding.person
    Person.objects.filter(pk=person.pk).update(github_id=None, github="new-name")
    FormerGitHubName.objects.create(person=person, name="nils", until=clock.now().date())
    assert ("github", "renamed", "Nils") in found(check_now())
    assert ticked(onboarding)["github"] == (False, False)


def test_a_former_member_who_may_be_there_under_another_account_is_not_ticked(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    del services.mailman.subscribers[team[9].user.email]
    services.mailman.subscribers["private@example.net"] = team[9].name.upper().replace(" ", "\u00a0")
    Person.objects.filter(pk=team[9].pk).update(github_id=None, github="other")
    services.discord.holders.discard(5009)
    check_now()
    assert ticked(leaving) == {"github": (False, False), "mailman": (False, False), "discord": (True, True)}


def test_a_step_that_an_admin_took_back_is_ticked_again_by_the_next_check(
    leaving: Checklist, team: list[Person], services: Services
) -> None:
    services.discord.holders.discard(5009)
    check_now()
    step = steps(leaving)["discord"]
    boarding_workflow.tick(step, done=False, by=act_as(team[0]))
    assert ticked(leaving)["discord"] == (False, False)
    check_now()
    assert ticked(leaving)["discord"] == (True, True)


def test_check_again_asks_for_a_check_and_leads_back(leaving: Checklist, admin: Client, services: Services) -> None:
    back = leaving.get_absolute_url()
    answer = admin.post(f"/manage/drift/check/?next={back}")
    assert (answer["Location"], DriftCheck.objects.waiting().count()) == (back, 1)
    assert "check is running" in page_of(admin, back)
