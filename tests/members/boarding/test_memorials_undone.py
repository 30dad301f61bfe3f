"""A death that was recorded by mistake is undone: what comes back, and what takes more than one word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import MemorialPhase
from members.boarding.models import Checklist, Memorial
from members.people import workflow as people_workflow
from members.people.models import Membership, MembershipEnded, Role, RoleKind
from tests.cast import Cast, act_as
from tests.factories import give_login, make_emeritus, make_member
from tests.members.boarding.deaths import confirmed, had_left, recorded
from tests.members.boarding.pages import begin, leave
from web.conflicts import Conflict


def test_a_mistaken_first_word_gives_the_login_back(cast: Cast) -> None:
    memorial = boarding_workflow.undo_death(recorded(cast.mel, cast), "Another Mel.", by=act_as(cast.sam))
    cast.mel.user.refresh_from_db()
    assert (memorial.phase, cast.mel.user.is_active) == (MemorialPhase.UNDONE, True)
    assert recorded(cast.mel, cast).phase == MemorialPhase.RECORDED


def test_a_login_that_was_closed_before_stays_closed(cast: Cast) -> None:
    cast.mel.user.is_active = False
    cast.mel.user.save()
    boarding_workflow.undo_death(recorded(cast.mel, cast), "Another Mel.", by=act_as(cast.ada))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active


def _suspended(cast: Cast) -> None:
    accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.abel))


def _suspended_for_a_while(cast: Cast) -> None:
    suspension = accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.abel))
    accounts_workflow.end_suspension(suspension, "Found.", by=act_as(cast.sam))


def _left(cast: Cast) -> None:
    leave(cast.mel)


@pytest.mark.attack
@pytest.mark.parametrize("meanwhile", [_suspended, _suspended_for_a_while, _left])
def test_a_login_that_something_else_closed_meanwhile_stays_closed(
    cast: Cast, meanwhile: Callable[[Cast], None]
) -> None:
    memorial = recorded(cast.mel, cast)
    meanwhile(cast)
    boarding_workflow.undo_death(memorial, "Another Mel.", by=act_as(cast.ada))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active


def test_after_an_onboarding_that_was_cancelled_meanwhile_the_login_stays_closed(cast: Cast) -> None:
    eve = make_emeritus("Eve Emerita")
    login = give_login(eve)
    onboarding = begin(eve, email="")
    memorial = recorded(eve, cast)
    boarding_workflow.cancel_onboarding(onboarding, "Another Eve.", by=act_as(cast.ada))
    boarding_workflow.undo_death(memorial, "Another Eve.", by=act_as(cast.ada))
    login.refresh_from_db()
    assert not login.is_active


def test_undone_after_the_second_word_all_is_as_before_but_for_the_login(cast: Cast) -> None:
    def state() -> tuple[object, ...]:
        rows = Membership.objects.filter(person=cast.rita).values_list("pk", "ended", "until", "end_authority")
        roles = Role.objects.filter(person=cast.rita).values_list("pk", "until", "end_authority")
        return list(rows), list(roles), Checklist.objects.count()

    before = state()
    memorial = confirmed(cast.rita, cast)
    assert state() != before
    boarding_workflow.undo_death(memorial, "Another Rita.", by=act_as(cast.ada))
    assert state() == before
    cast.rita.user.refresh_from_db()
    assert not cast.rita.user.is_active  # that takes an invitation, which two people confirm
    invitation = accounts_workflow.invite(cast.rita, email="rita@example.org", evidence="A call.", by=act_as(cast.ada))
    assert invitation.phase(clock.now()) == "unconfirmed"


@pytest.mark.attack
def test_an_undo_gives_no_power_back(cast: Cast) -> None:
    """The council designates an admin, and a seat is recorded on the server: one person's word does neither."""
    ike = make_member("Ike Admin", RoleKind.ADMIN, RoleKind.STEERING_COUNCIL, RoleKind.TRIAGER)
    memorial = boarding_workflow.confirm_death(recorded(ike, cast), by=act_as(cast.sam))
    boarding_workflow.undo_death(memorial, "Another Ike.", by=act_as(cast.ada))
    assert (act_as(ike).is_member, act_as(ike).roles) == (True, frozenset({RoleKind.TRIAGER}))


@pytest.mark.attack
def test_an_undo_opens_no_login_that_was_emptied_meanwhile(cast: Cast) -> None:
    """Without its password and factors an open login belongs to whoever reads the old mailbox."""
    memorial = recorded(cast.mel, cast)
    suspension = accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    accounts_workflow.end_suspension(suspension, "It was found.", by=act_as(cast.ada))
    boarding_workflow.undo_death(memorial, "Another Mel.", by=act_as(cast.ada))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active


@pytest.mark.attack
def test_an_undo_opens_no_login_of_somebody_who_left_meanwhile(cast: Cast) -> None:
    memorial = recorded(cast.mel, cast)
    leave(cast.mel, MembershipEnded.REMOVED)
    boarding_workflow.undo_death(memorial, "Another Mel.", by=act_as(cast.ada))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active


@pytest.mark.attack
def test_an_undo_opens_no_login_of_a_seat_that_ended_meanwhile(cast: Cast) -> None:
    had_left(cast.sam)
    memorial = recorded(cast.sam, cast)
    people_workflow.end_role(cast.sam, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    boarding_workflow.undo_death(memorial, "Another Sam.", by=act_as(cast.ada))
    cast.sam.user.refresh_from_db()
    assert not cast.sam.user.is_active


def test_undone_for_somebody_who_had_left_they_are_emeritus_again(cast: Cast) -> None:
    eve = make_emeritus("Eve Emerita")
    boarding_workflow.undo_death(confirmed(eve, cast), "A namesake.", by=act_as(cast.ada))
    assert Membership.objects.get(person=eve).ended == "emeritus"
    with pytest.raises(Conflict, match="undone already"):
        boarding_workflow.undo_death(Memorial.objects.get(), "Again.", by=act_as(cast.ada))
