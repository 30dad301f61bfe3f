"""What people are today, and what they may do about invitations."""

from __future__ import annotations

import pytest

from audit import clock
from members.models import Person
from members.policy import ANONYMOUS, NOT_ON_ONESELF, Action, Actor, NotAllowed, allowed, check, general, may
from members.workflow import invite, revoke, suspend
from tests.cast import Cast, act_as

MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
ADMINS = {"ada", "abel"}
COUNCIL = {"sara", "sam"}
#: Who of the cast may do what; whoever is not named may not.
MAY: dict[Action, set[str]] = {
    Action.INVITE: ADMINS,
    Action.REVOKE: ADMINS,
    Action.SEE_INVITATIONS: ADMINS,
    Action.SEE_PEOPLE: ADMINS,
    Action.CORRECT_PEOPLE: ADMINS,
    Action.RECORD_PERIODS: ADMINS,
    Action.CORRECT_DAYS: ADMINS,
    Action.RECORD_ROLES: ADMINS,
    Action.SEE_DOCUMENTS: MEMBERS,
    Action.PUBLISH_DOCUMENTS: ADMINS,
    Action.SEE_BOARDING: ADMINS,
    Action.ONBOARD: ADMINS,
    Action.OFFBOARD: ADMINS,
    Action.RESIGN: MEMBERS,
    Action.SUSPEND: ADMINS,
    Action.END_SUSPENSION: ADMINS | COUNCIL,
    Action.SEE_CHANNELS: ADMINS,
    Action.KEEP_CHANNELS: ADMINS,
    Action.SEE_DRIFT: ADMINS,
    Action.CHECK_DRIFT: ADMINS,
    Action.APPLY_DRIFT: ADMINS,
    Action.SEE_YEARLY: ADMINS | COUNCIL,
    Action.RUN_YEARLY: ADMINS,
    Action.ANSWER_YEARLY: ADMINS,
    Action.DECIDE_YEARLY: COUNCIL,
}


@pytest.mark.parametrize("action", Action)
def test_each_act_is_for_whom_the_table_says(cast: Cast, action: Action) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    assert {one.github for one in everybody if action in general(act_as(one))} == MAY[action]
    assert action not in general(ANONYMOUS)


def test_who_may_not_is_told_so_by_every_verb(cast: Cast) -> None:
    assert check(Action.SUSPEND, act_as(cast.ada)) == cast.ada
    for actor in [act_as(cast.mel), ANONYMOUS]:
        with pytest.raises(NotAllowed):
            check(Action.SUSPEND, actor)


@pytest.mark.parametrize("action", sorted(NOT_ON_ONESELF))
def test_what_nobody_does_to_themselves(cast: Cast, action: Action) -> None:
    who = cast.sam if action == Action.DECIDE_YEARLY else cast.ada
    assert [may(action, act_as(who), person) for person in (who, cast.mel)] == [False, True]
    assert check(action, act_as(who), cast.mel) == who
    with pytest.raises(NotAllowed):
        check(action, act_as(who), who)


def test_who_is_suspended_is_nothing_and_stays_a_member(cast: Cast) -> None:
    suspend(cast.sara, "Her laptop is lost.", by=act_as(cast.ada))
    assert act_as(cast.sara) == Actor(person=cast.sara)
    assert cast.sara in Person.objects.members(clock.now().date())


def test_an_invitation_is_revoked_while_it_is_open(cast: Cast) -> None:
    invitation = invite(cast.nora, email="nora@example.net", by=None)
    ada = act_as(cast.ada)
    assert Action.REVOKE in allowed(ada, invitation)
    assert Action.REVOKE not in allowed(ada, revoke(invitation, by=ada))
    assert Action.REVOKE not in allowed(ada)
