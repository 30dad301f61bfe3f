"""Somebody has died: access ends with the first word, the membership with the second, and a mistake is undone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import permutations, product

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation
from members.accounts.policy import Action, people_who
from members.accounts.queries.logins import who_can_sign_in
from members.accounts.workflow import suspend
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import MemorialPhase
from members.boarding.models import Checklist, Memorial
from members.boarding.policy import MEMORIALS, MemorialAction
from members.people import workflow as people_workflow
from members.people.models import Membership, MembershipEnded, Person, Role, RoleKind, Span, Suspension
from members.people.queries.people import free_slug, obstacle_to_name
from members.people.queries.roster import entry_of, roster
from notifications.recipients import NOMINEE_PREFIX, Recipient, resolve_one
from tests.architecture.world import undone
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_emeritus, make_member, make_person
from tests.members.boarding.deaths import SOURCE, confirmed, had_left, recorded
from tests.members.boarding.pages import begin, leave, tick_all
from tests.nominations.factories import opened, proposed
from tests.notifications.mailroom import deliver
from web.conflicts import Conflict, NotAllowed

# -- access --------------------------------------------------------------------------------------------------


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


@pytest.mark.attack
@pytest.mark.parametrize("ways", list(product((suspend, boarding_workflow.record_death), repeat=3)))
def test_whatever_one_admin_closes_somebody_else_can_open(cast: Cast, ways: tuple[Callable[..., object], ...]) -> None:
    """Suspensions and first words in any order: each that is taken has somebody else who can undo it."""
    Membership.objects.create(person=cast.sam, ended="emeritus", until=clock.now().date(), began="record")
    for people in permutations((cast.abel, cast.sara, cast.sam)):
        with undone():
            for person, act in zip(people, ways, strict=True):
                with suppress(Conflict, NotAllowed), transaction.atomic():
                    act(person, SOURCE, by=act_as(cast.ada))
            able = [people_who(Action.END_SUSPENSION, one.person) for one in Suspension.objects.in_force()]
            able += [MEMORIALS.people_who(MemorialAction.UNDO, one) for one in Memorial.objects.all()]
            assert len(able) == 2
            assert all(who_can_sign_in(one).exclude(pk=cast.ada.pk).exists() for one in able)


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


# -- two words -----------------------------------------------------------------------------------------------


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


# -- mail ----------------------------------------------------------------------------------------------------


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


# -- names and lists -----------------------------------------------------------------------------------------


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


# -- pages ---------------------------------------------------------------------------------------------------


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
