"""Decisions of the Steering Council on people: their effect, their limits, their pages."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from audit import clock
from audit.models import Event
from audit.verify import verify
from members.boarding.models import Checklist
from members.people.models import Membership, Person, Role, RoleKind
from members.people.tally import CouncilTally
from nominations import queries, workflow
from nominations.events import NominationEvent
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from nominations.policy import GENERAL, OBJECTION_TIME, RESOLUTIONS, GeneralAction, ResolutionAction
from tests.cast import Cast, act_as
from tests.factories import complete, give_roles
from tests.nominations.council import LINK, NOT_CARRIED, confirmed, fill_seats, record, resolve
from tests.nominations.factories import recorded
from tests.nominations.test_races import at_once, done
from web.conflicts import Conflict, NotAllowed

LIST = "/nominations/council/"
FORM = "/nominations/council/record/"
DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE, RETURN = ResolutionKind.REMOVE_MEMBER, ResolutionKind.RETURN_MEMBER
RECORD = ResolutionAction.RECORD


@pytest.fixture
def third_admin(cast: Cast) -> Person:
    """With Ada and Abel one more than has to be."""
    give_roles(cast.mia, RoleKind.ADMIN)
    return cast.mia


def unsaved(kind: ResolutionKind, person: Person) -> Resolution:
    """A decision of today as it would be recorded; it did not carry, so the rule of two admins does not matter."""
    return Resolution(
        kind=kind, person=person, decided_on=clock.now().date(), link=LINK, in_favour=0, against=1, abstained=1
    )


# -- who ---------------------------------------------------------------------------------------------


def test_only_the_council_records_and_members_read(cast: Cast) -> None:
    listed = {GeneralAction.LIST, GeneralAction.SEE_RULES, GeneralAction.LIST_RESOLUTIONS}
    assert GENERAL.possible(act_as(cast.sam)) == listed
    assert GENERAL.possible(act_as(cast.sara)) == listed | {GeneralAction.PROPOSE}
    assert GENERAL.possible(act_as(cast.ada)) == listed | {GeneralAction.PROPOSE}
    assert (
        GENERAL.possible(act_as(cast.emil))
        == GENERAL.possible(act_as(cast.olga))
        == GENERAL.possible(act_as(None))
        == frozenset()
    )
    assert {person.name for person in Person.objects.all() if RESOLUTIONS.possible(act_as(person))} == {
        cast.sam.name,
        cast.sara.name,
    }


@pytest.mark.parametrize("may_return", [True, False])
def test_the_council_chooses_among_those_whom_the_policy_lets_it_decide_on(
    cast: Cast, settings: Settings, may_return: bool
) -> None:
    settings.RETURN_BY_DECISION = may_return
    now, sara = clock.now(), act_as(cast.sara)
    decidable = {
        person
        for person in Person.objects.all()
        for kind in ResolutionKind
        if RESOLUTIONS.allows(RECORD, sara, unsaved(kind, person), now)
    }
    assert set(queries.people_to_decide_on(sara, now)) == decidable
    assert (cast.emil in decidable, cast.sara in decidable, cast.ada in decidable) == (may_return, False, True)


def test_recording_is_refused_to_everybody_else(cast: Cast) -> None:
    for person in [cast.ada, cast.mel, cast.rita, cast.emil, cast.olga]:
        with pytest.raises(NotAllowed):
            resolve(DESIGNATE, cast.mia, by=person)
    assert Resolution.objects.count() == 0


@pytest.mark.rule("PEP13-04")
def test_the_person_concerned_leaves_the_record_to_another(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        resolve(DESIGNATE, cast.sara, by=cast.sara)
    decision = unsaved(DESIGNATE, cast.sara)
    with pytest.raises(NotAllowed):
        RESOLUTIONS.require(RECORD, act_as(None), decision)
    assert RESOLUTIONS.require(RECORD, act_as(cast.sam), decision) == cast.sam
    [third, *_] = fill_seats()
    confirmed(DESIGNATE, cast.sara, by=cast.sam, second=third, tally=CouncilTally(4, 0, 1))
    assert act_as(cast.sara).is_admin


# -- what --------------------------------------------------------------------------------------------


def test_a_designation_makes_an_admin(cast: Cast) -> None:
    events = recorded(lambda: resolve(DESIGNATE, cast.mel, by=cast.sam))
    assert act_as(cast.mel).is_admin
    assert Role.objects.get(person=cast.mel).authority == LINK
    person = str(cast.mel.pk)
    assert [kind for kind, *_ in events] == ["resolution:recorded", "role:began", "resolution:effective"]
    facts = {"person": person, "resolved": "designate_admin"}
    assert events[0][1:] == (str(cast.sam.pk), {**facts, "carries": True})
    assert events[2][2] == facts


def test_a_release_leaves_a_member(cast: Cast, third_admin: Person) -> None:
    events = recorded(lambda: resolve(RELEASE, third_admin, by=cast.sam))
    assert (act_as(third_admin).is_admin, act_as(third_admin).is_member) == (False, True)
    assert [kind for kind, *_ in events] == ["resolution:recorded", "role:ended", "resolution:effective"]


@pytest.mark.rule("PEP811-26")
def test_a_removal_ends_the_membership_and_the_admins_role(cast: Cast, third_admin: Person) -> None:
    events = recorded(lambda: resolve(REMOVE, third_admin, by=cast.sam))
    assert (act_as(third_admin).is_admin, act_as(third_admin).is_member) == (False, False)
    membership = Membership.objects.get(person=third_admin)
    assert (membership.until, membership.ended) == (clock.now().date(), "removed")
    assert [kind for kind, *_ in events] == [
        "resolution:recorded",
        "membership:ended",
        "offboarding:began",
        "resolution:effective",
    ]


def test_a_return_begins_the_onboarding_of_an_emeritus(cast: Cast, settings: Settings) -> None:
    settings.RETURN_BY_DECISION = True
    events = recorded(lambda: resolve(RETURN, cast.emil, by=cast.sam))
    assert not act_as(cast.emil).is_member
    onboarding = Checklist.objects.onboardings().get(person=cast.emil)
    assert (onboarding.began, onboarding.authority) == ("decision", LINK)
    assert [kind for kind, *_ in events] == ["resolution:recorded", "onboarding:began", "resolution:effective"]
    complete(onboarding, by=cast.ada)
    assert act_as(cast.emil).is_member


@pytest.mark.rule("PEP811-26", "PEP13-05")
@pytest.mark.parametrize("counts", [(2, 2, 1), (0, 0, 5), (1, 4, 0)])
def test_a_decision_that_does_not_carry_is_kept_without_effect(cast: Cast, counts: tuple[int, int, int]) -> None:
    before = act_as(cast.mel)
    fill_seats()
    for kind in [DESIGNATE, REMOVE]:
        events = recorded(partial(resolve, kind, cast.mel, by=cast.sam, tally=CouncilTally(*counts)))
        assert [(event, data["carries"]) for event, _, data in events] == [("resolution:recorded", False)]
    assert act_as(cast.mel) == before
    assert [one.carries for one in Resolution.objects.all()] == [False, False]


@pytest.mark.rule("PEP13-05")
@pytest.mark.parametrize("counts", [(1, 0, 4), (3, 2, 0), (2, 1, 2)])
def test_abstentions_do_not_count(cast: Cast, counts: tuple[int, int, int]) -> None:
    fill_seats()
    assert resolve(DESIGNATE, cast.mel, by=cast.sam, tally=CouncilTally(*counts)).carries


# -- what not ----------------------------------------------------------------------------------------


def test_a_decision_has_to_fit_what_the_person_is(cast: Cast, settings: Settings) -> None:
    settings.RETURN_BY_DECISION = True
    for kind, person, sentence in [
        (DESIGNATE, cast.emil, "Emil Emeritus is not a member"),
        (DESIGNATE, cast.ada, "Ada Admin is an admin already"),
        (RELEASE, cast.mel, "Mel Member is not an admin"),
        (REMOVE, cast.olga, "Olga Outsider is not a member"),
        (RETURN, cast.mel, "Mel Member is not emeritus"),
        (RETURN, cast.olga, "Olga Outsider is not emeritus"),
    ]:
        with pytest.raises(Conflict, match=sentence):
            resolve(kind, person, by=cast.sam)
    assert Event.objects.filter(kind=NominationEvent.RESOLUTION_RECORDED).count() == 0


def test_without_the_setting_an_emeritus_needs_a_new_vote(cast: Cast) -> None:
    with pytest.raises(Conflict, match="comes back by a new vote of the members"):
        resolve(RETURN, cast.emil, by=cast.sam)
    assert not act_as(cast.emil).is_member


@pytest.mark.rule("PEP811-29")
@pytest.mark.parametrize("kind", [RELEASE, REMOVE])
def test_two_admins_are_always_left(cast: Cast, kind: ResolutionKind) -> None:
    with pytest.raises(Conflict, match="Without Ada Admin there would be fewer than 2 admins"):
        resolve(kind, cast.ada, by=cast.sam)
    assert act_as(cast.ada).is_admin
    assert Resolution.objects.count() == 0
    resolve(kind, cast.ada, by=cast.sam, tally=NOT_CARRIED)
    resolve(DESIGNATE, cast.mel, by=cast.sam)
    confirmed(kind, cast.ada, by=cast.sam, second=cast.sara, link="https://example.org/council/8")
    assert not act_as(cast.ada).is_admin


def test_a_day_to_come_is_refused_and_today_is_not(cast: Cast) -> None:
    today = clock.now().date()
    with pytest.raises(Conflict, match="still to come"):
        record(DESIGNATE, cast.mel, by=cast.sam, decided_on=today + timedelta(days=1))
    assert record(DESIGNATE, cast.mel, by=cast.sam, decided_on=today).decided_on == today


def test_one_decision_is_recorded_once(cast: Cast) -> None:
    resolve(REMOVE, cast.mel, by=cast.sam, tally=NOT_CARRIED)
    with pytest.raises(Conflict, match="recorded already"):
        resolve(REMOVE, cast.mel, by=cast.sara, tally=NOT_CARRIED)
    resolve(REMOVE, cast.mel, by=cast.sam, link="https://example.org/council/8")
    assert Resolution.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "crown"}, "a_resolution_is_of_one_of_four_kinds"),
        ({"link": ""}, "a_resolution_says_where_it_is_written"),
        ({"against": -1}, "against"),
    ],
)
def test_the_database_refuses_what_no_decision_is(cast: Cast, changes: dict[str, Any], constraint: str) -> None:
    resolution = resolve(DESIGNATE, cast.mel, by=cast.sam)
    with pytest.raises(IntegrityError, match=constraint):
        Resolution.objects.filter(pk=resolution.pk).update(**changes)


def test_the_database_refuses_a_decision_on_oneself(cast: Cast) -> None:
    resolution = resolve(DESIGNATE, cast.mel, by=cast.sam)
    assert str(resolution) == "Designate an admin: Mel Member"
    with pytest.raises(IntegrityError, match="nobody_records_a_resolution_on_themselves"):
        Resolution.objects.filter(pk=resolution.pk).update(person=cast.sam)


# -- at once -----------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-29")
@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kinds", [(RELEASE, RELEASE, RELEASE), (REMOVE, RELEASE, REMOVE)])
def test_endings_at_once_leave_two_admins(cast: Cast, third_admin: Person, kinds: tuple[ResolutionKind, ...]) -> None:
    admins = [cast.ada, cast.abel, third_admin]
    with clock.pretend(clock.now() - OBJECTION_TIME):
        waiting = [record(kind, person, by=cast.sam) for kind, person in zip(kinds, admins, strict=True)]
    answers = at_once([partial(workflow.let_resolution_lapse, resolution) for resolution in waiting * 2])
    assert (len(done(answers)), sum(act_as(person).is_admin for person in admins)) == (6, 2)
    phases = sorted(resolution.phase for resolution in Resolution.objects.whole())
    assert phases == [ResolutionPhase.BLOCKED, ResolutionPhase.BLOCKED, ResolutionPhase.EFFECTIVE]
    assert verify().is_whole


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_council_members_who_decide_on_each_other_at_once_do_not_wait_forever(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    pairs = [(cast.sara, cast.mel), (cast.mel, cast.sara)] * 4
    calls = [
        partial(record, REMOVE, person, by=by, tally=CouncilTally(1, 1, 1), link=f"{LINK}/{number}")
        for number, (person, by) in enumerate(pairs)
    ]
    assert len(done(at_once(calls))) == len(calls)
