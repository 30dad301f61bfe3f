"""The actor of a day, and the policies of the apps about members."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from audit import clock
from members.accounts import policy as accounts
from members.accounts.workflow import invite, revoke, suspend
from members.boarding import policy as boarding
from members.channels import policy as channels
from members.documents import policy as documents
from members.drift import policy as drift
from members.inactivity import policy as inactivity
from members.people import policy as people
from members.people.models import Person
from members.people.policy import ANONYMOUS, Actor
from members.people.queries import people as queries
from tests.cast import Cast, act_as
from web.conflicts import Conflict, NotAllowed

MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
ADMINS = {"ada", "abel"}
COUNCIL = {"sara", "sam"}
APPS = (people, accounts, documents, channels, boarding, drift, inactivity)
#: Who of the cast may do what to somebody else; people who are not named may not.
MAY: dict[StrEnum, set[str]] = {
    people.Action.SEE_PEOPLE: ADMINS,
    people.Action.READ_AUDIT_LOG: ADMINS,
    people.Action.CORRECT_PEOPLE: ADMINS,
    people.Action.RECORD_PERIODS: ADMINS,
    people.Action.CORRECT_DAYS: ADMINS,
    people.Action.RECORD_ROLES: ADMINS,
    accounts.Action.INVITE: ADMINS,
    accounts.Action.SEE_INVITATIONS: ADMINS,
    accounts.Action.SEE_UNCONFIRMED: ADMINS | COUNCIL,
    accounts.Action.SUSPEND: ADMINS,
    accounts.Action.END_SUSPENSION: ADMINS | COUNCIL,
    documents.Action.SEE_DOCUMENTS: MEMBERS,
    documents.Action.PUBLISH_DOCUMENTS: ADMINS,
    documents.Action.ACCEPT: MEMBERS,
    boarding.Action.SEE_BOARDING: ADMINS,
    boarding.Action.OFFBOARD: ADMINS,
    boarding.Action.RESIGN: MEMBERS,
    boarding.Action.RECORD_DEATH: ADMINS,
    channels.Action.SEE_CHANNELS: ADMINS,
    channels.Action.KEEP_CHANNELS: ADMINS,
    drift.Action.SEE_DRIFT: ADMINS,
    drift.Action.CHECK_DRIFT: ADMINS,
    inactivity.Action.SEE_REVIEWS: ADMINS | COUNCIL,
    inactivity.Action.RUN_REVIEWS: ADMINS,
}
NOT_ON_ONESELF = [
    people.Action.RECORD_PERIODS,
    people.Action.RECORD_ROLES,
    people.Action.CORRECT_DAYS,
    accounts.Action.SUSPEND,
    accounts.Action.END_SUSPENSION,
    boarding.Action.OFFBOARD,
    boarding.Action.RECORD_DEATH,
]


def policy_of(action: StrEnum) -> Any:
    return next(app.POLICY for app in APPS if isinstance(action, app.Action))


def test_the_table_names_every_action() -> None:
    assert set(MAY) == {action for app in APPS for action in app.Action}


@pytest.mark.rule("PEP811-32")
@pytest.mark.parametrize("action", list(MAY))
def test_each_action_is_for_the_people_the_table_names(cast: Cast, action: StrEnum) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    policy = policy_of(action)
    assert {one.github for one in everybody if action in policy.possible(act_as(one))} == MAY[action]
    assert {one.github for one in everybody if policy.allows(action, act_as(one), cast.newt)} == MAY[action]
    assert {one.github for one in policy.people_who(action, cast.newt)} == MAY[action]
    assert action not in policy.possible(ANONYMOUS)


def test_members_and_the_council_have_access_while_nobody_suspended_them(cast: Cast) -> None:
    suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    with_access = {one.github for one in everybody if act_as(one).has_access}
    assert with_access == (MEMBERS | COUNCIL) - {"mia"}
    assert not ANONYMOUS.has_access


def test_a_refusal_is_an_exception(cast: Cast) -> None:
    require = accounts.POLICY.require
    assert require(accounts.Action.SUSPEND, act_as(cast.ada), cast.mel) == cast.ada
    for actor in [act_as(cast.mel), ANONYMOUS]:
        with pytest.raises(NotAllowed):
            require(accounts.Action.SUSPEND, actor, cast.mia)


@pytest.mark.parametrize("action", NOT_ON_ONESELF)
def test_the_action_is_refused_on_oneself(cast: Cast, action: StrEnum) -> None:
    policy = policy_of(action)
    assert [policy.allows(action, act_as(cast.ada), person) for person in (cast.ada, cast.mel)] == [False, True]
    assert policy.require(action, act_as(cast.ada), cast.mel) == cast.ada
    assert cast.ada not in policy.people_who(action, cast.ada)
    with pytest.raises(NotAllowed):
        policy.require(action, act_as(cast.ada), cast.ada)


def test_members_who_are_not_suspended_are_suspended_and_members_are_offboarded(cast: Cast) -> None:
    suspend(cast.mia, "A lost laptop.", by=act_as(cast.abel))
    subjects = (cast.mel, cast.mia, cast.emil, cast.sam)
    ada, may_suspend, may_offboard = act_as(cast.ada), accounts.Action.SUSPEND, boarding.Action.OFFBOARD
    assert [accounts.allows(may_suspend, ada, one) for one in subjects] == [True, False, False, False]
    assert [boarding.allows(may_offboard, ada, one) for one in subjects] == [True, True, False, False]
    with_status = list(queries.with_status(Person.objects.all(), clock.now()))
    for person in with_status:
        plain = Person.objects.get(pk=person.pk)
        assert accounts.allows(may_suspend, ada, person) == accounts.allows(may_suspend, ada, plain)
        assert boarding.allows(may_offboard, ada, person) == boarding.allows(may_offboard, ada, plain)


@pytest.mark.parametrize("action", NOT_ON_ONESELF)
def test_a_question_that_forgets_the_person_is_an_error(cast: Cast, action: StrEnum) -> None:
    """A verb that asked without the person would let everybody act on themselves."""
    policy = policy_of(action)
    with pytest.raises(TypeError, match="depends on a thing"):
        policy.allows(action, act_as(cast.ada))
    with pytest.raises(TypeError, match="depends on a thing"):
        policy.people_who(action)
    with pytest.raises(TypeError, match="depends on a thing"):
        policy.require(action, act_as(cast.ada))
    assert policy.require_any(action, act_as(cast.ada))


def test_a_suspended_member_has_no_powers_and_stays_a_member(cast: Cast) -> None:
    suspend(cast.sara, "Her laptop is lost.", by=act_as(cast.ada))
    assert act_as(cast.sara) == Actor(person=cast.sara)
    assert cast.sara in Person.objects.members(clock.now().date())
    assert cast.sara not in documents.people_who(documents.Action.SEE_DOCUMENTS)
    assert cast.sara not in inactivity.people_who(inactivity.Action.SEE_REVIEWS)


def test_an_invitation_is_revoked_while_it_is_open(cast: Cast) -> None:
    revoking = accounts.InvitationAction.REVOKE
    invitation = invite(cast.nora, email="nora@example.net", by=None)
    assert accounts.INVITATIONS.allowed(act_as(cast.ada), invitation) == {revoking}
    assert {one.github for one in accounts.INVITATIONS.people_who(revoking, invitation)} == ADMINS
    revoked = revoke(invitation, by=act_as(cast.ada))
    assert accounts.INVITATIONS.allowed(act_as(cast.ada), revoked) == frozenset()
    assert list(accounts.INVITATIONS.people_who(revoking, revoked)) == []
    with pytest.raises(Conflict, match="no longer open"):
        accounts.INVITATIONS.require(revoking, act_as(cast.ada), revoked)
