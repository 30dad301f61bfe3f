"""Roles and memberships that end: on which day, with what, and never below two admins."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from audit import clock
from audit.models import Event
from members.accounts.models import Invitation, User
from members.accounts.workflow import invite
from members.people import registry, workflow
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from members.people.policy import actor_of
from members.people.queries.roster import roster
from tests.cast import Browse, Cast, act_as
from tests.factories import LONG_AGO, give_roles, make_emeritus, make_person
from web.conflicts import Conflict

ADMIN, STEERING = RoleKind.ADMIN, RoleKind.STEERING_COUNCIL
DAY = timedelta(days=1)


def end_role(person: Person, kind: RoleKind, *, by: Person | None = None) -> Person:
    actor = act_as(by) if by else None
    return workflow.end_role(person, kind, authority="a decision", by=actor, at=clock.now())


def end_membership(person: Person, *, by: Person | None = None) -> Membership:
    return workflow.end_membership(
        person,
        how=MembershipEnded.REMOVED,
        authority="a decision",
        by=act_as(by) if by else None,
        at=clock.now(),
    )


def test_a_role_ends_on_the_day_and_the_rest_stays(cast: Cast) -> None:
    give_roles(cast.sara, ADMIN)
    end_role(cast.sara, ADMIN, by=cast.sam)
    today = clock.now().date()
    role = Role.objects.get(person=cast.sara, kind=ADMIN)
    assert (role.since, role.until, role.authority) == (LONG_AGO, today, "an invented decision")
    assert [actor_of(cast.sara, day).is_admin for day in (today - DAY, today)] == [True, False]
    assert (act_as(cast.sara).is_steering, act_as(cast.sara).is_member) == (True, True)
    event = Event.objects.get()
    assert (event.kind, event.actor) == ("role:ended", f"people.person:{cast.sam.pk}")
    assert event.data == {"role": "admin", "roles": [role.pk], "authority": "a decision"}


def test_a_role_that_is_not_held_cannot_end(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Mel Member does not hold this role"):
        end_role(cast.mel, ADMIN)
    end_role(cast.sam, STEERING)
    with pytest.raises(Conflict, match="Sam Steering does not hold this role"):
        end_role(cast.sam, STEERING)


def test_a_role_with_a_planned_end_ends_as_well(cast: Cast) -> None:
    give_roles(cast.mel, ADMIN)
    Role.objects.filter(person=cast.mel).update(until=date(2999, 1, 1))
    end_role(cast.mel, ADMIN)
    assert not act_as(cast.mel).is_admin


def test_a_role_can_end_on_the_day_it_began_and_begin_again(cast: Cast) -> None:
    begin = partial(workflow.begin_role, cast.mel, ADMIN, authority="a decision", by=None)
    begin(at=clock.now())
    end_role(cast.mel, ADMIN)
    begin(at=clock.now())
    assert act_as(cast.mel).is_admin


def test_a_membership_ends_with_the_admins_role_and_with_no_other(cast: Cast) -> None:
    give_roles(cast.sara, ADMIN)
    membership = end_membership(cast.sara, by=cast.sam)
    actor = act_as(cast.sara)
    assert (actor.is_member, actor.is_steering) == (False, True)
    assert (membership.until, membership.ended) == (clock.now().date(), "removed")
    assert not Person.objects.holding(ADMIN, clock.now().date()).filter(pk=cast.sara.pk).exists()
    event = Event.objects.get()
    assert (event.kind, event.target) == ("membership:ended", f"people.membership:{membership.pk}")
    assert (event.data["ended"], len(event.data["roles"])) == ("removed", 1)


def test_a_membership_can_end_on_the_day_it_began(cast: Cast) -> None:
    workflow.admit(cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=clock.now())
    membership = end_membership(cast.nora)
    assert membership.since == membership.until
    assert not act_as(cast.nora).is_member


def test_only_a_running_membership_ends(cast: Cast) -> None:
    for person in [cast.emil, cast.olga]:
        with pytest.raises(Conflict, match="is not a member"):
            end_membership(person)


@pytest.mark.rule("PEP811-29")
def test_fewer_than_two_admins_are_never_left(cast: Cast) -> None:
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        end_role(cast.ada, ADMIN)
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        end_membership(cast.ada)
    end_membership(cast.mel)
    assert (act_as(cast.ada).is_admin, act_as(cast.mel).is_member) == (True, False)


def test_admins_who_are_not_members_do_not_count(cast: Cast) -> None:
    give_roles(make_emeritus("Ede Emeritus"), ADMIN)
    give_roles(make_person("Pat Outside"), ADMIN)
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        end_role(cast.ada, ADMIN)


def test_somebody_removed_after_a_return_is_no_emeritus_and_listed_among_those_who_served(cast: Cast) -> None:
    workflow.admit(cast.emil, began=MembershipBegan.DECISION, authority="x", by=None, at=clock.now())
    end_membership(cast.emil)
    day = clock.now().date()
    assert list(Person.objects.emeritus(day)) == []
    assert [(entry.name, entry.is_emeritus) for entry in roster(day).emeritus] == [("Emil Emeritus", False)]


# -- what ends with the access ------------------------------------------------------------------------


def can_sign_in(person: Person) -> bool:
    return User.objects.get(person=person).is_active


def test_the_login_closes_in_the_transaction_in_which_a_membership_ends(cast: Cast, browse: Browse) -> None:
    session = browse(cast.mel)
    invite(cast.nora, email="nora@example.net", by=None)
    workflow.admit(cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=clock.now())
    for person in (cast.mel, cast.nora):
        end_membership(person)
    assert not can_sign_in(cast.mel)
    assert session.get("/profile/").status_code == 302
    assert Invitation.objects.pending().count() == 0


def test_a_seat_on_the_council_keeps_its_login_until_the_seat_ends(cast: Cast) -> None:
    end_membership(cast.sara)
    assert can_sign_in(cast.sara)
    end_role(cast.sara, STEERING)
    assert not can_sign_in(cast.sara)


def test_a_member_keeps_the_login_when_a_seat_on_the_council_ends(cast: Cast) -> None:
    end_role(cast.sara, STEERING)
    assert can_sign_in(cast.sara)


def test_nothing_ends_when_the_login_cannot_be_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_person: Person) -> None:
        raise RuntimeError("the sessions are locked")

    monkeypatch.setattr(registry, "_access_listeners", [fail])
    for end in (partial(end_membership, cast.mel), partial(end_role, cast.sam, STEERING)):
        with pytest.raises(RuntimeError, match="locked"):
            end()
    assert (act_as(cast.mel).is_member, act_as(cast.sam).is_steering) == (True, True)
    assert Event.objects.count() == 0
