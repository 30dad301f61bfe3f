"""A council decision waits for a second seat, or for a day without an objection: what one seat alone cannot do."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from audit import clock
from audit.models import Event, label
from members.accounts import workflow as accounts
from members.people.models import Role, RoleKind
from members.people.queries.council import obstacle_to_tally, seats_filled
from members.people.tally import CouncilTally
from members.people.workflow import end_role
from nominations import tasks, workflow
from nominations.events import NominationEvent
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from nominations.policy import OBJECTION_TIME
from tests.cast import Cast, act_as
from tests.factories import give_roles
from tests.nominations.council import (
    CARRIED,
    LINK,
    NOT_CARRIED,
    blocked,
    confirmed,
    fill_seats,
    objected,
    record,
    resolve,
)
from tests.nominations.factories import recorded
from tests.nominations.test_races import at_once, done
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack

LIST = "/nominations/council/"
DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE, RETURN = ResolutionKind.REMOVE_MEMBER, ResolutionKind.RETURN_MEMBER
MOMENT = timedelta(seconds=1)


def phase_of(resolution: Resolution) -> ResolutionPhase:
    return Resolution.objects.whole().get(pk=resolution.pk).phase


# -- one seat alone -------------------------------------------------------------------------------------


def test_one_seat_alone_changes_nothing_for_a_day(cast: Cast) -> None:
    made, gone = record(DESIGNATE, cast.mel, by=cast.sam), record(REMOVE, cast.mia, by=cast.sam)
    with clock.pretend(clock.now() + OBJECTION_TIME - timedelta(minutes=1)):
        tasks.let_due_resolutions_lapse()
        for resolution in (made, gone):
            assert workflow.let_resolution_lapse(resolution).phase is ResolutionPhase.PENDING
            with pytest.raises(NotAllowed):
                workflow.confirm_resolution(resolution, by=act_as(cast.sam))
    assert (act_as(cast.mel).is_admin, act_as(cast.mia).is_member) == (False, True)


def test_after_a_day_without_an_objection_the_schedule_lets_it_take_effect_once(cast: Cast) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    for _ in range(3):
        tasks.let_due_resolutions_lapse()
    assert phase_of(resolution) is ResolutionPhase.EFFECTIVE
    assert Role.objects.filter(person=cast.mel, kind=RoleKind.ADMIN).count() == 1
    [event] = Event.objects.filter(kind=NominationEvent.RESOLUTION_EFFECTIVE)
    assert event.actor == "system"


def test_one_that_cannot_be_carried_out_stops_no_other(cast: Cast) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        broken, whole = record(DESIGNATE, cast.mel, by=cast.sam), record(DESIGNATE, cast.mia, by=cast.sam)
    Resolution.objects.filter(pk=broken.pk).update(kind=RETURN)  # by this portal's rule there is no such decision
    tasks.let_due_resolutions_lapse()
    assert (phase_of(broken), phase_of(whole)) == (ResolutionPhase.BLOCKED, ResolutionPhase.EFFECTIVE)


def test_a_seat_that_was_refused_once_does_not_win_by_trying_each_day(cast: Cast) -> None:
    objected(DESIGNATE, cast.mel, by=cast.sam, second=cast.sara)
    again = record(DESIGNATE, cast.mel, by=cast.sam, link=f"{LINK}/again")
    assert again.due_at is None
    with clock.pretend(clock.now() + 30 * OBJECTION_TIME):
        tasks.let_due_resolutions_lapse()
        assert phase_of(again) is ResolutionPhase.PENDING
    assert not act_as(cast.mel).is_admin
    workflow.confirm_resolution(again, by=act_as(cast.sara))
    assert act_as(cast.mel).is_admin


def test_a_correction_of_what_was_objected_to_needs_a_second_seat_as_well(cast: Cast) -> None:
    refused = objected(DESIGNATE, cast.mel, by=cast.sam, second=cast.sara)
    assert record(DESIGNATE, cast.mel, by=cast.sam, corrects=refused).due_at is None
    third = record(REMOVE, cast.mel, by=cast.sam, link=f"{LINK}/other")
    assert third.due_at == third.recorded_at + OBJECTION_TIME


def test_a_seat_that_ended_or_was_suspended_meanwhile_stands_for_nobody(cast: Cast) -> None:
    now = clock.now()
    with clock.pretend(now - OBJECTION_TIME):
        ended, suspended = record(DESIGNATE, cast.mel, by=cast.sam), record(DESIGNATE, cast.mia, by=cast.sara)
    end_role(cast.sam, RoleKind.STEERING_COUNCIL, authority="PEP 8107", by=None, at=now)
    accounts.suspend(cast.sara, "A lost laptop.", by=act_as(cast.ada))
    tasks.let_due_resolutions_lapse()
    for resolution, name in ((ended, "Sam Steering"), (suspended, "Sara Steering")):
        resolution.refresh_from_db()
        assert resolution.phase is ResolutionPhase.BLOCKED
        assert resolution.obstacle == (f"{name}, who recorded it, does not act for the Steering Council any more.")
    [seat, *_] = fill_seats()
    workflow.confirm_resolution(ended, by=act_as(seat))
    assert (act_as(cast.mel).is_admin, act_as(cast.mia).is_admin) == (True, False)


# -- two seats ------------------------------------------------------------------------------------------


def test_a_second_seat_lets_it_take_effect_at_once(cast: Cast) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    events = recorded(lambda: workflow.confirm_resolution(resolution, by=act_as(cast.sara)))
    assert act_as(cast.mel).is_admin
    assert [(kind, actor) for kind, actor, _ in events] == [
        ("role:began", str(cast.sara.pk)),
        ("resolution:effective", str(cast.sara.pk)),
    ]
    resolution.refresh_from_db()
    assert (resolution.confirmed_by, resolution.phase) == (cast.sara, ResolutionPhase.EFFECTIVE)


@pytest.mark.rule("PEP13-04")
def test_the_person_concerned_neither_confirms_nor_objects_nor_corrects(cast: Cast) -> None:
    """Of two seats one is concerned: nobody is left to object, so the other's word waits for a third one."""
    resolution = record(DESIGNATE, cast.sara, by=cast.sam)
    assert resolution.due_at is None
    for verb in (
        partial(workflow.confirm_resolution, resolution),
        partial(workflow.object_to_resolution, resolution, "I would rather not."),
        partial(
            workflow.record_resolution,
            DESIGNATE,
            cast.mel,
            decided_on=resolution.decided_on,
            link=LINK,
            tally=CARRIED,
            reason="",
            corrects=resolution,
        ),
    ):
        with pytest.raises(NotAllowed):
            verb(by=act_as(cast.sara))
    assert phase_of(resolution) is ResolutionPhase.PENDING


def test_nobody_but_a_seat_confirms_or_objects(cast: Cast) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    for person in (cast.ada, cast.abel, cast.mel, cast.rita, cast.emil, cast.olga):
        for verb in (workflow.confirm_resolution, partial(workflow.object_to_resolution, objection="No.")):
            with pytest.raises(NotAllowed):
                verb(resolution, by=act_as(person))


def test_an_admin_who_is_also_a_seat_counts_once(cast: Cast) -> None:
    give_roles(cast.ada, RoleKind.STEERING_COUNCIL)
    resolution = record(DESIGNATE, cast.mel, by=cast.ada, tally=CouncilTally(3, 0, 0))
    with pytest.raises(NotAllowed):
        workflow.confirm_resolution(resolution, by=act_as(cast.ada))
    assert not act_as(cast.mel).is_admin


def test_a_second_confirmation_changes_nothing(cast: Cast) -> None:
    [third, *_] = fill_seats()
    resolution = confirmed(DESIGNATE, cast.mel, by=cast.sam, second=cast.sara, tally=CouncilTally(5, 0, 0))
    with pytest.raises(Conflict, match="has taken effect"):
        workflow.confirm_resolution(resolution, by=act_as(third))
    resolution.refresh_from_db()
    assert resolution.confirmed_by == cast.sara


def test_an_objection_stops_it_for_good(cast: Cast) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    events = recorded(lambda: workflow.object_to_resolution(resolution, "Never decided.", by=act_as(cast.sara)))
    assert [(kind, actor) for kind, actor, _ in events] == [("resolution:objected", str(cast.sara.pk))]
    for verb in (workflow.confirm_resolution, partial(workflow.object_to_resolution, objection="Twice.")):
        with pytest.raises(Conflict, match="has objected"):
            verb(resolution, by=act_as(cast.sara))
    with clock.pretend(clock.now() + 2 * OBJECTION_TIME):
        tasks.let_due_resolutions_lapse()
    assert not act_as(cast.mel).is_admin


def test_whoever_recorded_it_can_stop_it_too(cast: Cast) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    assert workflow.object_to_resolution(resolution, "A slip.", by=act_as(cast.sam)).phase is ResolutionPhase.OBJECTED


def test_an_objection_after_the_effect_is_too_late_and_one_before_the_schedule_came_is_not(cast: Cast) -> None:
    late = resolve(DESIGNATE, cast.mel, by=cast.sam)
    with pytest.raises(Conflict, match="A new decision of the council can undo it"):
        workflow.object_to_resolution(late, "Too late.", by=act_as(cast.sara))
    with clock.pretend(clock.now() - OBJECTION_TIME - MOMENT):
        due = record(DESIGNATE, cast.mia, by=cast.sam)
    workflow.object_to_resolution(due, "Just in time.", by=act_as(cast.sara))
    tasks.let_due_resolutions_lapse()
    assert (act_as(cast.mel).is_admin, act_as(cast.mia).is_admin) == (True, False)


def test_what_did_not_carry_is_neither_confirmed_nor_stopped(cast: Cast) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam, tally=NOT_CARRIED)
    assert resolution.due_at is None
    for verb in (workflow.confirm_resolution, partial(workflow.object_to_resolution, objection="No.")):
        with pytest.raises(Conflict, match="did not carry"):
            verb(resolution, by=act_as(cast.sara))


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_confirmation_objection_and_schedule_at_once_have_one_outcome(cast: Cast) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    calls = [
        partial(workflow.confirm_resolution, resolution, by=act_as(cast.sara)),
        partial(workflow.object_to_resolution, resolution, "No.", by=act_as(cast.sara)),
        partial(workflow.let_resolution_lapse, resolution),
    ] * 3
    done(at_once(calls))
    resolution = Resolution.objects.whole().get()
    took_effect = resolution.phase is ResolutionPhase.EFFECTIVE
    assert resolution.phase in {ResolutionPhase.EFFECTIVE, ResolutionPhase.OBJECTED}
    assert Role.objects.filter(person=cast.mel).count() == int(took_effect)
    kinds = [NominationEvent.RESOLUTION_EFFECTIVE, NominationEvent.RESOLUTION_OBJECTED]
    assert Event.objects.filter(kind__in=kinds).count() == 1


# -- what has changed meanwhile -------------------------------------------------------------------------


def test_a_person_who_left_meanwhile_is_said_and_the_decision_is_kept(cast: Cast) -> None:
    resolution = blocked(cast, cast.newt, by=cast.sam)
    assert (resolution.phase, resolution.obstacle) == (ResolutionPhase.BLOCKED, "Newt Nofactor is not a member.")
    tasks.let_due_resolutions_lapse()
    assert Event.objects.filter(kind=NominationEvent.RESOLUTION_BLOCKED).count() == 1
    with pytest.raises(Conflict, match="Newt Nofactor is not a member"):
        workflow.confirm_resolution(resolution, by=act_as(cast.sara))
    assert workflow.object_to_resolution(resolution, "Done with.", by=act_as(cast.sara)).objected_by == cast.sara


@pytest.mark.rule("PEP811-29")
def test_two_admins_are_left_at_the_moment_of_the_effect_too(cast: Cast) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    first, second = record(RELEASE, cast.mia, by=cast.sam), record(RELEASE, cast.ada, by=cast.sam)
    workflow.confirm_resolution(first, by=act_as(cast.sara))
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        workflow.confirm_resolution(second, by=act_as(cast.sara))
    assert phase_of(second) is ResolutionPhase.PENDING
    with clock.pretend(clock.now() + OBJECTION_TIME):
        tasks.let_due_resolutions_lapse()
    assert (phase_of(second), act_as(cast.ada).is_admin) == (ResolutionPhase.BLOCKED, True)
    resolve(DESIGNATE, cast.mel, by=cast.sam, link=f"{LINK}/more")
    workflow.confirm_resolution(second, by=act_as(cast.sara))
    assert not act_as(cast.ada).is_admin


def test_the_same_decision_does_not_wait_twice(cast: Cast) -> None:
    record(DESIGNATE, cast.mel, by=cast.sam)
    with pytest.raises(Conflict, match="waits for a second council member"):
        record(DESIGNATE, cast.mel, by=cast.sara, link=f"{LINK}/second")
    record(DESIGNATE, cast.mel, by=cast.sara, link=f"{LINK}/third", tally=NOT_CARRIED)


# -- corrections ----------------------------------------------------------------------------------------


def test_a_correction_counts_in_place_of_the_struck_record_which_stays(cast: Cast) -> None:
    mistaken = record(DESIGNATE, cast.mel, by=cast.sam, tally=NOT_CARRIED)
    right = record(DESIGNATE, cast.mel, by=cast.sam, corrects=mistaken)
    assert (phase_of(mistaken), right.phase) == (ResolutionPhase.CORRECTED, ResolutionPhase.PENDING)
    [event] = Event.objects.filter(target=label(right))
    assert event.data["corrects"] == mistaken.pk
    for verb in (workflow.confirm_resolution, partial(workflow.object_to_resolution, objection="No.")):
        with pytest.raises(Conflict, match="was corrected by a later one"):
            verb(mistaken, by=act_as(cast.sara))
    with pytest.raises(Conflict, match="was corrected by a later one"):
        record(DESIGNATE, cast.mia, by=cast.sara, corrects=mistaken)


def test_a_correction_of_what_waits_stops_it(cast: Cast) -> None:
    wrong_person = record(REMOVE, cast.mel, by=cast.sam)
    record(REMOVE, cast.mia, by=cast.sara, corrects=wrong_person)
    with clock.pretend(clock.now() + OBJECTION_TIME):
        tasks.let_due_resolutions_lapse()
        assert (act_as(cast.mel).is_member, act_as(cast.mia).is_member) == (True, False)


def test_what_took_effect_is_undone_by_a_new_decision_and_not_corrected(cast: Cast) -> None:
    effective = confirmed(DESIGNATE, cast.mel, by=cast.sam, second=cast.sara)
    with pytest.raises(Conflict, match="A new decision of the council can undo it"):
        record(RELEASE, cast.mel, by=cast.sam, corrects=effective)
    confirmed(RELEASE, cast.mel, by=cast.sam, second=cast.sara)
    assert not act_as(cast.mel).is_admin


# -- possible tallies -----------------------------------------------------------------------------------


@pytest.mark.rule("PEP13-01", "PEP13-03")
@pytest.mark.parametrize("counts", [(3, 0, 0), (1, 0, 0), (0, 0, 0), (40, 0, 0), (1, 1, 1)])
def test_a_tally_of_other_than_the_filled_seats_is_no_record(cast: Cast, counts: tuple[int, int, int]) -> None:
    with pytest.raises(Conflict, match="add up to the 2 seats filled on"):
        record(DESIGNATE, cast.mel, by=cast.sam, tally=CouncilTally(*counts))
    assert Resolution.objects.count() == 0


@pytest.mark.rule("PEP13-01", "PEP13-10")
def test_the_seats_of_the_day_decide_not_those_of_today(cast: Cast) -> None:
    today = clock.now().date()
    end_role(cast.sara, RoleKind.STEERING_COUNCIL, authority="PEP 8107", by=None, at=clock.now())
    assert [seats_filled(today - timedelta(days=days)) for days in (1, 0)] == [2, 1]
    assert obstacle_to_tally(CouncilTally(2, 0, 0), today - timedelta(days=1)) == ""
    assert obstacle_to_tally(CouncilTally(1, 0, 0), today) == ""
    assert "the 1 seat filled" in obstacle_to_tally(CouncilTally(2, 0, 0), today)
    end_role(cast.sam, RoleKind.STEERING_COUNCIL, authority="PEP 8107", by=None, at=clock.now())
    assert "the 0 seats filled" in obstacle_to_tally(CouncilTally(1, 0, 0), today)


@pytest.mark.rule("PEP13-01")
def test_before_the_first_seat_on_record_there_are_at_most_as_many_as_today(cast: Cast) -> None:
    Role.objects.filter(kind=RoleKind.STEERING_COUNCIL).update(since=clock.now().date())
    long_ago = clock.now().date() - timedelta(days=30)
    assert seats_filled(long_ago) is None
    assert [obstacle_to_tally(CouncilTally(votes, 0, 0), long_ago) for votes in (1, 2)] == ["", ""]
    for votes in (0, 3, 5):
        with pytest.raises(Conflict, match="at most the 2 seats filled today"):
            record(DESIGNATE, cast.mel, by=cast.sam, tally=CouncilTally(votes, 0, 0), decided_on=long_ago)
    Role.objects.filter(kind=RoleKind.STEERING_COUNCIL).delete()
    assert obstacle_to_tally(CouncilTally(1, 0, 0), long_ago) != ""


# -- the database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"objection": "Without a person."}, "an_objection_says_who_when_and_why"),
        ({"obstacle": "At no time."}, "a_blocked_resolution_says_why"),
        ({"against": 9, "effective_at": "2026-01-01T00:00Z"}, "only_what_carried_without_an_objection_takes_effect"),
    ],
)
def test_the_database_refuses_half_an_answer(cast: Cast, changes: dict[str, object], constraint: str) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    with pytest.raises(IntegrityError, match=constraint):
        Resolution.objects.filter(pk=resolution.pk).update(**changes)


@pytest.mark.parametrize("who", ["sam", "mel"])
def test_the_database_refuses_a_second_seat_that_is_none(cast: Cast, who: str) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    changes = {"confirmed_by": getattr(cast, who), "effective_at": clock.now()}
    with pytest.raises(IntegrityError, match="a_second_seat_confirms_and_never_on_itself"):
        Resolution.objects.filter(pk=resolution.pk).update(**changes)
