"""The emergency brake: closed at once by one admin, opened again by another or by the council."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from audit import clock
from audit.models import Event
from members.accounts import links, workflow
from members.accounts.enums import InvitationPhase
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.policy import INVITATIONS, InvitationAction
from members.accounts.queries.inviting import to_confirm
from members.people.models import Membership, MembershipEnded, Person, RoleKind, Suspension
from members.people.workflow import end_role
from nominations.models import ResolutionKind
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as, sign_in
from tests.factories import PASSWORD, begin_anew, give_roles
from tests.members.people.test_public_views import text
from tests.nominations import council
from tests.notifications.mailroom import deliver
from web.conflicts import Conflict, NotAllowed


def test_a_suspension_closes_access_at_once_and_the_membership_goes_on(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    assert client.get("/dashboard/")["Location"].startswith("/accounts/login/")
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active
    assert not act_as(cast.mel).is_member
    assert Membership.objects.on(clock.now().date()).filter(person=cast.mel).exists()
    assert (suspension.begun_by, suspension.reason) == (cast.ada, "A lost laptop.")
    assert [event.kind for event in Event.objects.all()] == ["suspension:began"]


def test_only_admins_suspend_and_never_themselves(cast: Cast) -> None:
    for actor in [act_as(cast.mia), act_as(cast.sam), act_as(cast.emil)]:
        with pytest.raises(NotAllowed):
            workflow.suspend(cast.mel, "A lost laptop.", by=actor)
    with pytest.raises(NotAllowed):
        workflow.suspend(cast.ada, "My laptop.", by=act_as(cast.ada))


def test_only_members_are_suspended_and_once(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mel Member is suspended already"):
        workflow.suspend(cast.mel, "Again.", by=act_as(cast.ada))
    for person in [cast.emil, cast.olga, cast.sam]:
        with pytest.raises(Conflict, match="is not a member"):
            workflow.suspend(person, "Why not.", by=act_as(cast.ada))


@pytest.mark.parametrize("who", ["abel", "sam"])
def test_another_admin_or_the_council_ends_it_and_nothing_of_the_lost_device_opens(cast: Cast, who: str) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    EmailAddress.objects.create(user=cast.mel.user, email="thief@example.net", verified=False)
    ender = getattr(cast, who)
    workflow.end_suspension(suspension, "It was found.", by=act_as(ender))
    suspension.refresh_from_db()
    assert (suspension.ended_by, suspension.end_reason) == (ender, "It was found.")
    assert act_as(cast.mel).is_member
    login = User.objects.get(person=cast.mel)
    assert (login.is_active, login.has_usable_password()) == (False, False)
    assert not Authenticator.objects.filter(user=login).exists()
    assert not EmailAddress.objects.filter(email="thief@example.net").exists()
    with pytest.raises(Conflict, match="has ended already"):
        workflow.end_suspension(suspension, "Again.", by=act_as(cast.ada))


@pytest.mark.parametrize("who", ["abel", "sam"])
def test_two_people_bring_them_back_to_the_address_they_had(cast: Cast, who: str) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    ender = getattr(cast, who)
    workflow.end_suspension(suspension, "It was found.", by=act_as(ender))
    invitation = cast.mel.invitations.get()
    assert (invitation.email, invitation.invited_by, invitation.phase(clock.now())) == (
        "mel@example.org",
        ender,
        InvitationPhase.UNCONFIRMED,
    )
    for one in (cast.mel, ender):
        with pytest.raises(NotAllowed):
            workflow.confirm_addresses([invitation.pk], by=act_as(one))
    begin_anew(cast.mel, by=cast.sara)
    login = User.objects.get(person=cast.mel)
    assert (login.is_active, login.is_unconfirmed) == (True, False)


def test_the_council_brings_back_an_admin_without_the_one_who_suspended_them(cast: Cast) -> None:
    suspension = workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    workflow.end_suspension(suspension, "He is fine.", by=act_as(cast.sam))
    [row] = to_confirm(clock.now())
    INVITATIONS.require(InvitationAction.CONFIRM, act_as(cast.sara), row, clock.now())  # by what the page has read
    begin_anew(cast.abel, by=cast.sara)
    assert User.objects.get(person=cast.abel).is_active
    assert act_as(cast.abel).is_admin


def test_the_word_of_a_seat_that_has_ended_does_not_count(cast: Cast) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    workflow.end_suspension(suspension, "It was found.", by=act_as(cast.sam))
    end_role(cast.sam, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    with pytest.raises(Conflict, match="is not an admin or a council member any more"):
        workflow.confirm_addresses([cast.mel.invitations.get().pk], by=act_as(cast.sara))


def test_who_has_no_login_is_not_invited_by_the_end(cast: Cast) -> None:
    Suspension.objects.create(person=cast.mel, reason="Strange.", begun_at=clock.now(), begun_by=cast.ada)
    no_login(cast.mel)
    workflow.end_suspension(Suspension.objects.get(), "She is fine.", by=act_as(cast.sam))
    assert not cast.mel.invitations.exists()


def test_the_page_says_before_that_password_and_factors_go(cast: Cast, browse: Browse) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    path, client = f"/manage/suspensions/{suspension.pk}/end/", browse(cast.sam)
    assert "The password, second factors and recovery codes they had are gone" in text(client.get(path).content)
    answer = client.post(path, {"reason": "It was found."}, follow=True)
    assert "Now a second person confirms their address." in text(answer.content)


# -- by the operator -----------------------------------------------------------------------------------


def test_the_operator_ends_a_suspension_and_all_are_told(cast: Cast) -> None:
    suspension = workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    deliver()
    out = StringIO()
    call_command("end_suspension", "ABEL", "He called me.", stdout=out)
    suspension.refresh_from_db()
    assert (suspension.ended_by, suspension.end_reason) == (None, "He called me.")
    invitation = cast.abel.invitations.get()
    assert (invitation.email, invitation.phase(clock.now())) == ("abel@example.org", InvitationPhase.OPEN)
    assert links.path_of(invitation) in out.getvalue()
    events = Event.objects.filter(kind__in=[AccountEvent.SUSPENSION_ENDED, AccountEvent.INVITED])
    assert [event.actor for event in events] == ["system", "system"]
    told = {message.to[0] for message in deliver()}
    assert told == {"ada@example.org", "abel@example.org", "sara@example.org", "sam@example.org"}
    assert "the people who run the server" in text(browse_suspensions(cast))
    workflow.accept_invitation(invitation, password=PASSWORD)
    assert User.objects.get(person=cast.abel).is_active


def browse_suspensions(cast: Cast) -> bytes:
    return sign_in(Client(), cast.sam).get("/manage/suspensions/").content


def test_the_operator_opens_nothing_for_who_has_left(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    Membership.objects.filter(person=cast.mel).update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)
    out = StringIO()
    call_command("end_suspension", "mel-member", "She called me.", stdout=out)
    assert "nothing is opened" in out.getvalue()
    assert not cast.mel.invitations.exists()


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["nobody", "Why not."], "Nobody is known as nobody"),
        (["mel", "Why not."], "Mel Member is not suspended"),
        (["mel", " "], "Give a reason"),
    ],
)
def test_the_operator_is_told_what_is_wrong(cast: Cast, arguments: list[str], match: str) -> None:
    with pytest.raises(CommandError, match=match):
        call_command("end_suspension", *arguments)
    assert not Event.objects.exists()


def test_the_suspended_do_not_end_it_themselves(cast: Cast) -> None:
    before = act_as(cast.abel)
    suspension = workflow.suspend(cast.abel, "His account acts strangely.", by=act_as(cast.ada))
    for actor in [before, act_as(cast.abel), act_as(cast.mel)]:
        with pytest.raises(NotAllowed):
            workflow.end_suspension(suspension, "I am fine.", by=actor)


def test_of_two_admins_who_suspend_each_other_only_the_first_succeeds(cast: Cast) -> None:
    ada, abel = act_as(cast.ada), act_as(cast.abel)
    workflow.suspend(cast.abel, "Strange acts.", by=ada)
    with pytest.raises(NotAllowed):
        workflow.suspend(cast.ada, "Strange acts.", by=abel)


def close_login(person: Person) -> None:
    User.objects.filter(person=person).update(is_active=False)


def on_one_word(person: Person) -> None:
    User.objects.filter(person=person).update(is_unconfirmed=True)


def no_login(person: Person) -> None:
    EmailAddress.objects.filter(user__person=person).delete()
    Authenticator.objects.filter(user__person=person).delete()
    User.objects.filter(person=person).delete()


@pytest.mark.parametrize("lose", [close_login, on_one_word, no_login])
def test_the_last_who_could_end_a_suspension_is_not_suspended(cast: Cast, lose: Callable[[Person], None]) -> None:
    workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    lose(cast.sam)
    with pytest.raises(Conflict, match="Nobody but you could end it: besides Sara Steering no admin"):
        workflow.suspend(cast.sara, "To keep her quiet.", by=act_as(cast.ada))
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))  # Sara could end that
    lose(cast.sara)
    with pytest.raises(Conflict, match="Nobody but you could end it"):
        workflow.suspend(cast.mia, "To keep her quiet.", by=act_as(cast.ada))
    suspended = Suspension.objects.in_force().values_list("person__name", flat=True)
    assert sorted(suspended) == ["Abel Admin", "Mel Member"]


def test_the_page_says_why_the_last_one_is_not_suspended(cast: Cast, browse: Browse) -> None:
    for person in (cast.abel, cast.sam):
        close_login(person)
    page = browse(cast.ada).post("/manage/people/sara-steering/suspend/", {"reason": "To keep her quiet."})
    assert (page.status_code, Suspension.objects.count()) == (422, 0)
    assert "Nobody but you could end it" in text(page.content)
    assert "To keep her quiet.</textarea>" in text(page.content)


def test_the_council_removes_a_suspended_admin_without_letting_them_in_first(cast: Cast) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    give_roles(cast.mel, RoleKind.ADMIN)
    workflow.suspend(cast.mel, "Strange acts.", by=act_as(cast.ada))
    council.resolve(ResolutionKind.REMOVE_MEMBER, cast.mel, by=cast.sam)
    assert not Membership.objects.on(clock.now().date()).filter(person=cast.mel).exists()


def test_a_suspended_invited_person_does_not_get_in_by_an_old_link(cast: Cast) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=None)
    Suspension.objects.create(person=cast.nora, reason="Strange.", begun_at=clock.now(), begun_by=cast.ada)
    with pytest.raises(Conflict, match="no longer open"):
        workflow.accept_invitation(invitation, password=PASSWORD)


def test_a_suspended_person_cannot_be_invited(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mel Member is suspended"):
        workflow.invite(cast.mel, email="other@example.net", by=act_as(cast.ada))


def test_the_council_and_the_other_admins_are_told_the_same_minute(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    deliver_due_notices()
    told = {(message.to[0], message.subject) for message in mail.outbox}
    attention = "Emergency suspension: please look today"
    assert told == {
        ("abel@example.org", attention),
        ("sara@example.org", attention),
        ("sam@example.org", attention),
        ("mel@example.org", "Your access to the portal has changed"),
    }
    assert not any("laptop" in str(message.body) for message in mail.outbox)


def test_a_reason_that_comes_after_the_suspension_has_ended_stays_in_the_form(cast: Cast, browse: Browse) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    workflow.end_suspension(suspension, "It was found.", by=act_as(cast.sam))
    address = f"/manage/suspensions/{suspension.pk}/end/"
    sent = browse(cast.abel).post(address, {"reason": "Typed words."})
    assert (sent.status_code, sent.context["form"]["reason"].value()) == (422, "Typed words.")
    assert sent.context["form"].non_field_errors()
