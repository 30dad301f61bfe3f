"""Somebody has died: access ends with the first word, the membership with the second, and a mistake is undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import MemorialPhase
from members.boarding.models import Checklist, Memorial
from members.boarding.policy import MEMORIALS, MemorialAction
from members.people import workflow as people_workflow
from members.people.models import Membership, MembershipEnded, Person, Role, RoleKind, Span
from members.people.queries.people import free_slug, obstacle_to_name
from members.people.queries.roster import entry_of, roster
from notifications.recipients import NOMINEE_PREFIX, Recipient, resolve_one
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_emeritus, make_member, make_person
from tests.members.boarding.pages import begin, leave, tick_all
from tests.nominations.factories import opened, proposed
from tests.notifications.mailroom import deliver
from web.conflicts import Conflict, NotAllowed

SOURCE = "https://www.python.org/psf/obituary/"


def recorded(person: Person, cast: Cast) -> Memorial:
    return boarding_workflow.record_death(person, SOURCE, by=act_as(cast.ada))


def confirmed(person: Person, cast: Cast) -> Memorial:
    return boarding_workflow.confirm_death(recorded(person, cast), by=act_as(cast.abel))


def had_left(person: Person) -> None:
    """Record an old membership of somebody who sits on the council, without which no death is recorded of them."""
    Membership.objects.create(person=person, ended="emeritus", until=clock.now().date(), began="record")


# -- access ------------------------------------------------------------------------------------------------


@pytest.mark.rule("MEMO-01")
def test_the_first_word_ends_all_access_at_once(cast: Cast, browse: Browse) -> None:
    mel = browse(cast.mel)
    assert mel.get("/dashboard/").status_code == 200
    recorded(cast.mel, cast)
    assert mel.get("/dashboard/")["Location"].startswith("/accounts/login/")
    cast.mel.user.refresh_from_db()
    assert (cast.mel.user.is_active, Session.objects.count()) == (False, 0)
    assert act_as(cast.mel).is_member  # one word ends no membership


@pytest.mark.attack
def test_one_admin_alone_locks_nobody_out_for_good(cast: Cast) -> None:
    """As with suspensions, somebody else who could undo it is left at each word."""
    for person in (cast.abel, cast.sara):
        recorded(person, cast)
    had_left(cast.sam)
    with pytest.raises(Conflict, match="Nobody but you could end it"):
        recorded(cast.sam, cast)
    cast.sam.user.refresh_from_db()
    assert (cast.sam.user.is_active, Memorial.objects.count()) == (True, 2)


@pytest.mark.rule("MEMO-01")
def test_a_council_seat_keeps_no_login(cast: Cast, browse: Browse) -> None:
    sam = browse(cast.sam)
    had_left(cast.sam)
    recorded(cast.sam, cast)
    assert sam.get("/dashboard/").status_code == 302


def test_an_open_invitation_works_no_more(cast: Cast) -> None:
    eve = make_emeritus("Eve Emerita")
    accounts_workflow.invite(eve, email="eve@example.net", evidence="A call.", by=act_as(cast.ada))
    recorded(eve, cast)
    assert not Invitation.objects.pending().exists()


# -- two words ---------------------------------------------------------------------------------------------


def test_the_second_word_ends_membership_and_roles_and_begins_the_checklist(cast: Cast) -> None:
    memorial = confirmed(cast.rita, cast)
    assert (memorial.phase, memorial.confirmed_by) == (MemorialPhase.CONFIRMED, cast.abel)
    membership = Membership.objects.get(person=cast.rita)
    assert (membership.ended, membership.until, membership.end_authority) == ("memoriam", clock.now().date(), SOURCE)
    assert not Role.objects.on(clock.now().date()).filter(person=cast.rita).exists()
    assert Checklist.objects.offboardings().get(person=cast.rita).ending == MembershipEnded.MEMORIAM


def test_of_somebody_who_had_left_the_last_membership_is_marked(cast: Cast) -> None:
    eve = make_emeritus("Eve Emerita")
    until = Membership.objects.get(person=eve).until
    memorial = confirmed(eve, cast)
    membership = Membership.objects.get(person=eve)
    assert (membership.ended, membership.until, memorial.ended_before) == ("memoriam", until, "emeritus")
    assert not Checklist.objects.offboardings().exists()


@pytest.mark.parametrize("who", ["ada", "mel", "mia"])
def test_neither_the_first_person_nor_a_member_gives_the_second_word(cast: Cast, who: str) -> None:
    memorial = recorded(cast.mel, cast)
    with pytest.raises(NotAllowed):
        boarding_workflow.confirm_death(memorial, by=act_as(getattr(cast, who)))


def test_a_council_member_gives_the_second_word(cast: Cast) -> None:
    assert boarding_workflow.confirm_death(recorded(cast.mel, cast), by=act_as(cast.sam)).confirmed_by == cast.sam


def test_the_database_wants_two_people(cast: Cast) -> None:
    memorial = recorded(cast.mel, cast)
    membership = Membership.objects.get(person=cast.mel)
    with pytest.raises(IntegrityError, match="a_death_needs_two_peoples_word"), transaction.atomic():
        Memorial.objects.filter(pk=memorial.pk).update(
            confirmed_at=clock.now(), confirmed_by=cast.ada, membership=membership
        )


@pytest.mark.attack
@pytest.mark.parametrize("whom", ["sara", "sam", "ike"])
def test_two_admins_take_neither_a_seat_nor_an_admin(cast: Cast, whom: str) -> None:
    ike = make_member("Ike Admin", RoleKind.ADMIN)
    had_left(cast.sam)
    person = ike if whom == "ike" else getattr(cast, whom)
    memorial = recorded(person, cast)
    with pytest.raises(Conflict, match="only a member of the Steering Council gives the second word"):
        boarding_workflow.confirm_death(memorial, by=act_as(cast.abel))
    seats = {cast.sara, cast.sam} - {person}
    assert set(MEMORIALS.people_who(MemorialAction.CONFIRM, memorial)) == seats
    assert boarding_workflow.confirm_death(memorial, by=act_as(seats.pop())).phase == MemorialPhase.CONFIRMED


@pytest.mark.attack
def test_a_council_member_who_is_an_admin_gives_one_word_only(cast: Cast) -> None:
    had_left(cast.sam)
    give_login(make_member("Tom Third", RoleKind.STEERING_COUNCIL))
    give_roles(cast.sara, RoleKind.ADMIN)
    sara = act_as(cast.sara)
    memorial = boarding_workflow.record_death(cast.sam, SOURCE, by=sara)
    with pytest.raises(NotAllowed):
        boarding_workflow.confirm_death(memorial, by=sara)


@pytest.mark.attack
def test_one_admin_does_not_close_every_login_of_the_council(cast: Cast) -> None:
    """Who sits alone on the council keeps the login, and with it the veto."""
    had_left(cast.sam)
    recorded(cast.sara, cast)
    with pytest.raises(Conflict, match="Nobody else on the Steering Council has a login that works"):
        recorded(cast.sam, cast)
    cast.sam.user.refresh_from_db()
    assert (cast.sam.user.is_active, Memorial.objects.count()) == (True, 1)


def test_one_of_two_admins_is_not_taken_by_it(cast: Cast) -> None:
    memorial = recorded(cast.abel, cast)
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        boarding_workflow.confirm_death(memorial, by=act_as(cast.sam))


@pytest.mark.parametrize(
    ("whom", "reason"),
    [
        (lambda cast: cast.ada, "memorial:record"),
        (lambda _cast: make_person("Otto Outsider", github="otto"), "Otto Outsider has never been a member."),
    ],
    ids=["oneself", "never a member"],
)
def test_whom_it_cannot_be_recorded_of(cast: Cast, whom: Callable[[Cast], Person], reason: str) -> None:
    with pytest.raises((Conflict, NotAllowed), match=reason):
        recorded(whom(cast), cast)


def test_it_is_recorded_and_confirmed_once(cast: Cast) -> None:
    memorial = confirmed(cast.mel, cast)
    with pytest.raises(Conflict, match="It is recorded already that Mel Member has died"):
        recorded(cast.mel, cast)
    with pytest.raises(Conflict, match="confirmed already"):
        boarding_workflow.confirm_death(memorial, by=act_as(cast.sam))


def test_no_admin_records_it_as_an_old_membership(cast: Cast) -> None:
    with pytest.raises(Conflict, match="by two people"):
        people_workflow.record_membership(
            cast.nora, Span(), ended=MembershipEnded.MEMORIAM, authority="", end_authority="", by=act_as(cast.ada)
        )


# -- undone ------------------------------------------------------------------------------------------------


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


# -- mail --------------------------------------------------------------------------------------------------


@pytest.mark.rule("MEMO-04")
def test_no_mail_goes_to_the_dead(cast: Cast) -> None:
    opened(cast)  # told to everybody on the roll; nothing is sent yet
    memorial = recorded(cast.mel, cast)
    deliver()
    boarding_workflow.confirm_death(memorial, by=act_as(cast.abel))
    offboarding = Checklist.objects.offboardings().get(person=cast.mel)
    deliver()
    tick_all(offboarding, cast.ada)
    boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))
    deliver()
    reached = {message.to[0] for message in mail.outbox}
    assert cast.mel.user.email not in reached
    assert {cast.abel.user.email, cast.sam.user.email, cast.mia.user.email} <= reached


@pytest.mark.rule("MEMO-04")
def test_a_mail_to_an_address_is_dropped_when_it_was_theirs(cast: Cast) -> None:
    offboarding = leave(cast.mel)
    event = Event.objects.get(kind="offboarding:began")
    to_mel = [Recipient(f"people.person:{cast.mel.pk}", "MEL@example.org", "Mel")]
    assert resolve_one(lambda _event: to_mel, event, to_mel[0].key) == to_mel[0]
    boarding_workflow.record_death(cast.mel, SOURCE, by=act_as(cast.ada))
    assert resolve_one(lambda _event: to_mel, event, to_mel[0].key) is None
    assert offboarding.is_running


@pytest.mark.rule("MEMO-04")
def test_a_nominee_who_has_died_is_not_written_to(cast: Cast) -> None:
    eve = make_emeritus("Eve Emerita")
    nomination = proposed(cast, eve)
    event = Event.objects.all()[0]
    asked = [Recipient(f"{NOMINEE_PREFIX}{nomination.pk}", "anything@example.net")]
    assert resolve_one(lambda _event: asked, event, asked[0].key) == asked[0]
    recorded(eve, cast)
    assert resolve_one(lambda _event: asked, event, asked[0].key) is None


# -- names and lists ---------------------------------------------------------------------------------------


@pytest.mark.rule("MEMO-04")
def test_their_names_are_not_used_again(cast: Cast) -> None:
    confirmed(cast.mel, cast)
    assert "is remembered here" in obstacle_to_name("Mel Member", clock.now().date())
    assert free_slug("Mel Member") == "mel-member-2"
    with pytest.raises(Conflict, match="GitHub name"):
        people_workflow.add_person("Somebody Else", github=cast.mel.github, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="It is recorded that Mel Member has died"):
        begin(cast.mel)
    with pytest.raises(Conflict, match="It is recorded that Mel Member has died"):
        accounts_workflow.invite(cast.mel, email="mel@example.net", evidence="A call.", by=act_as(cast.ada))


@pytest.mark.rule("MEMO-03")
def test_the_public_files_list_them_in_memoriam(cast: Cast) -> None:
    confirmed(cast.rita, cast)
    team = roster(clock.now().date())
    [entry] = [entry for entry in team.emeritus if entry.name == "Rita Release"]
    assert entry.in_memoriam
    assert 'Rita Release,rita,"Release Manager, In memoriam"' in team.emeritus_csv().splitlines()
    [row] = [row for row in team.as_json()["emeritus"] if row["name"] == "Rita Release"]
    assert row["in_memoriam"] is True


@pytest.mark.rule("PSRT-05")
def test_everybody_who_served_is_listed_and_how_it_ended_is_not_public(cast: Cast) -> None:
    leave(cast.mel, MembershipEnded.REMOVED)
    leave(cast.mia, MembershipEnded.EMERITUS)
    team = roster(clock.now().date())
    assert [entry.name for entry in team.emeritus if entry.name in {"Mel Member", "Mia Member"}] == [
        "Mel Member",
        "Mia Member",
    ]
    assert {"Mel Member,mel,", "Mia Member,mia,"} <= set(team.emeritus_csv().splitlines())
    removed, emeritus = (
        next(row for row in team.as_json()["emeritus"] if row["name"] == name) for name in ("Mel Member", "Mia Member")
    )
    private = {"name", "github", "github_id", "url"}
    assert {k: v for k, v in removed.items() if k not in private} == {
        k: v for k, v in emeritus.items() if k not in private
    }
    assert "removed" not in str(team.as_json())
    assert entry_of("mel-member", clock.now().date()) is not None


# -- pages -------------------------------------------------------------------------------------------------


def test_two_people_go_through_the_pages(cast: Cast, browse: Browse) -> None:
    ada, sam = browse(cast.ada), browse(cast.sam)
    begin_at = "/manage/people/mel-member/in-memoriam/"
    assert begin_at in ada.get("/manage/people/mel-member/").content.decode()
    assert ada.post(begin_at, {"source": " "}).status_code == 422
    page = ada.post(begin_at, {"source": SOURCE})["Location"]
    assert ada.get(page).context["can"] == {"see": True, "confirm": False, "undo": True}
    assert sam.get(page).context["can"] == {"see": True, "confirm": True, "undo": True}
    assert ada.get(f"{page}confirm/").status_code == 403
    assert sam.post(f"{page}confirm/")["Location"] == page
    assert Memorial.objects.get().phase == MemorialPhase.CONFIRMED
    assert begin_at not in ada.get("/manage/people/mel-member/").content.decode()
    assert ada.post(f"{page}undo/", {"reason": ""}).status_code == 422
    assert ada.post(f"{page}undo/", {"reason": "Another Mel."})["Location"] == page
    assert ada.get(f"{page}undo/")["Location"] == page
    assert ada.get(page).context["can"] == {"see": True, "confirm": False, "undo": False}


def test_the_page_says_who_confirms(cast: Cast, browse: Browse) -> None:
    had_left(cast.sam)
    of_member, of_seat = recorded(cast.mel, cast), recorded(cast.sam, cast)
    abel = browse(cast.abel)
    council = "a member of the Steering Council"
    for memorial, second, may in ((of_member, f"another admin or {council}", True), (of_seat, council, False)):
        page = f"/manage/in-memoriam/{memorial.pk}/"
        context = abel.get(page).context
        assert (context["second"], context["can"]["confirm"]) == (second, may)
        assert abel.get(f"{page}confirm/").status_code == (200 if may else 302)
