"""The rows of checklists: what the database refuses, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import ChecklistPhase, CheckResult, Direction
from members.boarding.models import Checklist, ChecklistStep
from members.boarding.queries import listed, running
from members.channels.models import Channel
from members.people.models import Membership, Person
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import give_login, give_second_factor, make_person
from tests.members.boarding.pages import accepted, begin, leave, missing, outside, phase, tick_all
from web.conflicts import Conflict

HOUR = timedelta(hours=1)


def refused(write: Callable[[], object]) -> str:
    """Return the complaint of the database."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return str(caught.value)


def onboarding(person: Person, **facts: Any) -> Checklist:
    fields = {"direction": "in", "person": person, "began": "vote", "authority": "a vote", "begun_at": clock.now()}
    return Checklist.objects.create(**{**fields, **facts})


def offboarding(person: Person, **facts: Any) -> Checklist:
    membership = Membership.objects.filter(person=person).first()
    fields = {"direction": "out", "person": person, "ending": "emeritus", "begun_at": clock.now()}
    return Checklist.objects.create(**{**fields, "membership": membership, **facts})


# -- constraints ---------------------------------------------------------------------------------------


def test_a_person_has_one_running_onboarding(cast: Cast) -> None:
    onboarding(cast.nora)
    assert "one_running_onboarding_a_person" in refused(lambda: onboarding(cast.nora))
    Checklist.objects.update(cancelled_at=clock.now(), reason="Another job.")
    assert onboarding(cast.nora).is_running


def test_a_membership_has_one_onboarding_and_one_offboarding(cast: Cast) -> None:
    membership = Membership.objects.get(person=cast.mel)
    done = {"membership": membership, "completed_at": clock.now()}
    onboarding(cast.mel, **done)
    offboarding(cast.mel)
    assert "a_membership_has_one_checklist_a_direction" in refused(lambda: onboarding(cast.mel, **done))
    assert "a_membership_has_one_checklist_a_direction" in refused(lambda: offboarding(cast.mel))


@pytest.mark.parametrize("facts", [{"began": ""}, {"ending": "removed"}])
def test_an_onboarding_begins_a_membership(cast: Cast, facts: dict[str, str]) -> None:
    name = "an_onboarding_begins_and_an_offboarding_ends_a_membership"
    assert name in refused(lambda: onboarding(cast.nora, **facts))


@pytest.mark.parametrize("facts", [{"ending": ""}, {"began": "vote"}])
def test_an_offboarding_ends_a_membership(cast: Cast, facts: dict[str, str]) -> None:
    name = "an_onboarding_begins_and_an_offboarding_ends_a_membership"
    assert name in refused(lambda: offboarding(cast.mel, **facts))


def test_an_offboarding_is_of_a_membership(cast: Cast) -> None:
    assert "an_offboarding_is_of_a_membership" in refused(lambda: offboarding(cast.nora))


def test_a_complete_onboarding_is_a_membership(cast: Cast) -> None:
    now, membership = clock.now(), Membership.objects.get(person=cast.mel)
    states: list[dict[str, Any]] = [
        {"completed_at": now},
        {"membership": membership},
        {"completed_at": now, "membership": membership, "cancelled_at": now, "reason": "Both."},
    ]
    for facts in states:
        assert "a_complete_onboarding_is_a_membership" in refused(partial(onboarding, cast.mel, **facts))


def test_only_an_onboarding_is_accepted_or_cancelled(cast: Cast) -> None:
    for facts in (
        {"accepted_at": clock.now()},
        {"cancelled_at": clock.now(), "reason": "No."},
        {"cancelled_by": cast.ada},
    ):
        name = "only_an_onboarding_is_accepted_or_cancelled"
        assert name in refused(partial(offboarding, cast.mel, **facts))


def test_a_cancelled_onboarding_says_why(cast: Cast) -> None:
    assert "a_cancelled_onboarding_says_why" in refused(lambda: onboarding(cast.nora, cancelled_at=clock.now()))


def test_a_checklist_has_a_channel_once(cast: Cast) -> None:
    checklist, channel = begin(cast.nora), Channel.objects.all()[0]
    assert "a_checklist_has_a_channel_once" in refused(lambda: checklist.steps.create(channel=channel))


@pytest.mark.parametrize("facts", [{"check_result": "left"}, {"check_run": uuid4()}, {"checked_at": "now"}])
def test_a_check_result_says_from_when_and_which_check(cast: Cast, facts: dict[str, Any]) -> None:
    facts = {**facts, **({"checked_at": clock.now()} if "checked_at" in facts else {})}
    name = "a_check_result_says_from_when_and_which_check"
    assert name in refused(lambda: begin(cast.nora).steps.update(**facts))


# -- the phase -----------------------------------------------------------------------------------------


def accept(checklist: Checklist) -> None:
    boarding_workflow.note_acceptance(checklist.person, clock.now())


def test_an_onboarding_goes_through_its_phases(cast: Cast) -> None:
    checklist = begin(cast.nora, email="")
    phases = [phase(checklist)]
    invited = accounts_workflow.invite(cast.nora, email="nora@example.net", evidence="A call.", by=act_as(cast.ada))
    phases.append(phase(checklist))
    accounts_workflow.confirm_addresses([invited.pk], by=act_as(cast.abel))
    phases.append(phase(checklist))
    user = accounts_workflow.accept_invitation(cast.nora.invitations.get(), password="correct horse battery staple")
    phases.append(phase(checklist))
    give_second_factor(user)
    phases.append(phase(checklist))
    accept(checklist)
    phases.append(phase(checklist))
    tick_all(checklist, cast.ada)
    phases.append(phase(checklist))
    boarding_workflow.complete_onboarding(checklist, by=act_as(cast.ada))
    phases.append(phase(checklist))
    assert phases == [
        "waits_for_admin",  # nobody is invited
        "waits_for_admin",  # a second person confirms the address
        "waits_for_person",
        "waits_for_person",  # a login without a second factor
        "waits_for_person",  # the responsibilities
        "waits_for_admin",  # the channels
        "ready",
        "complete",
    ]


def test_somebody_who_accepted_and_lost_the_login_waits_for_an_admin(cast: Cast) -> None:
    checklist = begin(cast.olga)
    accept(checklist)
    assert phase(checklist) == "waits_for_admin"
    cast.olga.user.is_active = False
    cast.olga.user.save()
    assert phase(checklist) == "waits_for_admin"


def test_an_onboarding_that_is_given_up_is_cancelled(cast: Cast) -> None:
    checklist = boarding_workflow.cancel_onboarding(begin(cast.nora), "Another job.", by=act_as(cast.ada))
    assert (phase(checklist), missing(checklist)) == ("cancelled", [])


def test_an_offboarding_is_given_up_by_nobody(cast: Cast) -> None:
    with pytest.raises(Conflict, match="cannot be cancelled"):
        boarding_workflow.cancel_onboarding(leave(cast.mel), "A mistake.", by=act_as(cast.ada))


def test_an_offboarding_goes_through_its_phases(cast: Cast) -> None:
    report = reports.coordinated(cast.mel)
    checklist = leave(cast.mel)
    phases = [phase(checklist)]
    tick_all(checklist, cast.ada)
    phases.append(phase(checklist))
    reports.handed_over(report, cast.mia, cast.ada)
    phases.append(phase(checklist))
    boarding_workflow.finish_offboarding(checklist, by=act_as(cast.ada))
    phases.append(phase(checklist))
    assert phases == ["waits_for_admin", "waits_for_admin", "ready", "complete"]


def every_phase(cast: Cast) -> dict[str, Checklist]:
    """Return a checklist of each direction in every phase that it can have."""
    made = {"uninvited": begin(make_person("Uma Uninvited", github=""), email=""), "invited": begin(cast.nora)}
    made["accepted"], made["cancelled"] = begin(cast.olga), begin(make_person("Gus Givenup", github=""), email="")
    accept(made["accepted"])
    boarding_workflow.cancel_onboarding(made["cancelled"], "Another job.", by=act_as(cast.ada))
    ready, complete = make_person("Rhea Ready", github=""), make_person("Cora Complete", github="")
    for name, person in (("ready", ready), ("complete", complete)):
        made[name] = begin(person, email="")
        give_login(person)
        accept(made[name])
        tick_all(made[name], cast.ada)
    boarding_workflow.complete_onboarding(made["complete"], by=act_as(cast.ada))
    reports.coordinated(cast.mel)
    made["out"], made["out ready"], made["out complete"] = leave(cast.mel), leave(cast.mia), leave(cast.rita)
    for name in ("out ready", "out complete"):
        tick_all(made[name], cast.ada)
    boarding_workflow.finish_offboarding(made["out complete"], by=act_as(cast.ada))
    return made


def test_lists_and_single_rows_agree_about_every_phase(cast: Cast) -> None:
    made, now = every_phase(cast), clock.now()
    alone = {checklist.pk: phase(checklist) for checklist in made.values()}
    together = {row.pk: row.phase(now).value for direction in Direction for row in listed(direction, now)}
    assert (alone, set(alone.values())) == (together, {phase.value for phase in ChecklistPhase})
    facts = {row.pk: row.facts(now) for direction in Direction for row in listed(direction, now)}
    assert facts == {row.pk: row.facts(now) for row in Checklist.objects.all()}


def test_running_in_sql_is_running_by_phase(cast: Cast) -> None:
    made, now = every_phase(cast), clock.now()
    by_phase = {row.pk for row in made.values() if Checklist.objects.get(pk=row.pk).phase(now).is_running}
    assert by_phase == {row.pk for row in running(now)} == {row.pk for row in Checklist.objects.all() if row.is_running}


# -- what checks say -----------------------------------------------------------------------------------


@pytest.fixture
def checked_steps(cast: Cast) -> list[ChecklistStep]:
    """Return a step for each combination of tick, check and direction, in a channel in use and in a retired one."""
    now, retired = clock.now(), Channel.objects.create(name="Old list", retired_at=clock.now())
    moments: list[tuple[datetime | None, datetime | None]] = [
        (None, None), (None, now), (now, None), (now - HOUR, now), (now, now - HOUR), (now, now),
    ]  # fmt: skip
    steps: list[ChecklistStep] = []
    for checklist in (begin(cast.nora, email=""), leave(cast.mel)):
        checklist.steps.all().delete()
        for done_at, checked_at in moments:
            for result in CheckResult if checked_at else [CheckResult.AS_EXPECTED]:
                for confirmed_at in (None, now):
                    for not_needed in (False, True):
                        number = len(steps)
                        channel = retired if number == 0 else Channel.objects.create(name=f"List {number}")
                        channel.retired_at = now if number % 7 == 0 else None
                        channel.save()
                        steps.append(
                            ChecklistStep(
                                checklist=checklist,
                                channel=channel,
                                done_at=done_at,
                                checked_at=checked_at,
                                check_run=uuid4() if checked_at else None,
                                check_result=result,
                                confirmed_at=confirmed_at,
                                not_needed=not_needed,
                            )
                        )
    return ChecklistStep.objects.bulk_create(steps)


def test_contradicted_in_sql_is_contradicted_by_the_property(checked_steps: list[ChecklistStep]) -> None:
    expected = {step.pk for step in checked_steps if step.is_contradicted}
    assert set(ChecklistStep.objects.contradicted().values_list("pk", flat=True)) == expected
    directions = [step.checklist.direction for step in checked_steps if step.pk in expected]
    assert (directions.count("in"), directions.count("out")) == (6, 6)


def test_waiting_for_the_person_in_sql_is_what_the_property_says(checked_steps: list[ChecklistStep]) -> None:
    expected = {step.pk for step in checked_steps if step.waits_for_person}
    assert set(ChecklistStep.objects.waiting_for_person().values_list("pk", flat=True)) == expected
    assert {step.checklist.direction for step in checked_steps if step.pk in expected} == {"in"}


def test_only_invitations_that_are_open_make_an_onboarding_wait_for_the_person(cast: Cast) -> None:
    checklist = accepted(begin(cast.olga, email=""))
    github, *others = outside(checklist)
    checked = {"checked_at": clock.now(), "check_run": uuid4(), "check_result": CheckResult.PENDING}
    checklist.steps.filter(pk=github.pk).update(**checked)
    phases = [phase(checklist)]
    for step in others:
        boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
    phases.append(phase(checklist))
    missing_there = {"done_at": clock.now() - HOUR, "checked_at": clock.now(), "check_run": uuid4()}
    checklist.steps.filter(pk=others[0].pk).update(**missing_there, check_result=CheckResult.MISSING)
    phases.append(phase(checklist))
    assert phases == ["waits_for_admin", "waits_for_person", "waits_for_admin"]


def test_a_tick_keeps_the_result_of_the_check_and_drops_the_confirmation(cast: Cast) -> None:
    checklist, at = begin(cast.nora, email=""), clock.now()
    [step, *_] = outside(checklist)
    check = uuid4()
    boarding_workflow.note_check(
        step.channel,
        check_run=check,
        at=at,
        results={cast.nora.pk: CheckResult.PENDING},
        sightings=boarding_workflow.Sightings([cast.nora.pk], [cast.nora.pk], [], []),
    )
    boarding_workflow.tick(outside(accepted(checklist))[0], done=True, by=act_as(cast.ada))
    step.refresh_from_db()
    assert (step.checked_at, step.check_run, step.check_result, step.confirmed_at) == (at, check, "pending", None)
