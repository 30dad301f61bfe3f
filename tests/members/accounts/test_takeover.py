"""Attempts of one person alone to become somebody with standing. Each is made as an attacker would, and fails."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from audit import clock
from audit.models import Event
from members.accounts import links, workflow
from members.accounts.enums import InvitationPhase
from members.accounts.models import Invitation, User
from members.boarding import workflow as boarding_workflow
from members.people.models import MembershipBegan, Person, RoleKind
from members.people.policy import Actor
from members.people.workflow import begin_role, end_role
from members.resets import workflow as resets
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as, sign_in
from tests.factories import PASSWORD, give_login, give_roles, give_second_factor, make_member, make_person
from web.conflicts import Conflict, NotAllowed

HOW = "A signed commit of 2 November."
CONFIRM = "/members/invitations/confirm/"


@pytest.fixture
def milo(cast: Cast) -> Person:
    """A council member without a login: the way into the council."""
    person = make_person("Milo Seat")
    give_roles(person, RoleKind.STEERING_COUNCIL)
    return person


@pytest.fixture
def juno(cast: Cast) -> Person:
    """A member without a login."""
    return make_member("Juno Member")


def name(person: Person, by: Actor, email: str = "sock@attacker.example") -> Invitation:
    return workflow.invite(person, email=email, evidence=HOW, by=by)


def sent_to(address: str) -> list[str]:
    """The texts of the mails to an address, after the worker ran."""
    deliver_due_notices()
    return [str(message.body) for message in mail.outbox if message.to == [address]]


def dashboard_status(user: User) -> tuple[bool, bool]:
    """Whether a login of a person gives membership, and a seat, to a session of its own."""
    if not user.authenticator_set.exists():
        give_second_factor(user)
    actor = sign_in(Client(), Person.objects.get(pk=user.person_id)).get("/dashboard/").wsgi_request.actor
    return actor.is_member, actor.is_steering


def no_access_of(user: User) -> str:
    """The text of the page of somebody without access, with a session that has shown a factor."""
    return sign_in(Client(), user.person).get("/dashboard/").content.decode()


# -- one admin alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["milo", "juno"])
def test_one_admin_gets_no_link_to_a_mailbox_of_their_own(
    cast: Cast, browse: Browse, request: pytest.FixtureRequest, who: str
) -> None:
    person = request.getfixturevalue(who)
    said = {"person": str(person.pk), "email": "sock@attacker.example", "evidence": HOW}
    assert browse(cast.abel).post("/members/invitations/new/", said).status_code == 302
    invitation = person.invitations.get()
    assert invitation.phase(clock.now()) == InvitationPhase.UNCONFIRMED
    assert sent_to("sock@attacker.example") == []
    assert Client().get(links.path_of(invitation)).status_code == 404
    with pytest.raises(Conflict, match="no longer open"):
        workflow.accept_invitation(invitation, password=PASSWORD)
    assert not User.objects.filter(person=person).exists()


def test_one_admin_does_not_confirm_what_they_named_on_the_page_or_by_the_verb(
    cast: Cast, browse: Browse, milo: Person
) -> None:
    invitation = name(milo, act_as(cast.abel))
    page = browse(cast.abel).get(CONFIRM)
    assert f'value="{invitation.pk}"' not in page.content.decode()
    answer = browse(cast.abel).post(CONFIRM, {"address": str(invitation.pk), "answer": "confirm"})
    assert answer.status_code == 403
    with pytest.raises(NotAllowed):
        workflow.confirm_addresses([invitation.pk], by=act_as(cast.abel))
    invitation.refresh_from_db()
    assert invitation.confirmed_at is None


def test_the_database_refuses_a_confirmation_by_the_one_who_named_it(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    with pytest.raises(IntegrityError, match="nobody_confirms_an_address_they_named"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(confirmed_at=clock.now(), confirmed_by=cast.abel)


def test_an_admin_who_suspends_the_other_first_silences_nobody(cast: Cast, milo: Person) -> None:
    workflow.suspend(cast.ada, "To keep her quiet.", by=act_as(cast.abel))
    deliver_due_notices()
    mail.outbox.clear()
    name(milo, act_as(cast.abel))
    deliver_due_notices()
    told = {(message.to[0], "suspended" in str(message.body)) for message in mail.outbox}
    assert told == {
        ("ada@example.org", True),
        ("abel@example.org", False),
        ("sara@example.org", False),
        ("sam@example.org", False),
    }


def test_the_mail_to_a_suspended_admin_names_nobody_and_opens_nothing(cast: Cast, milo: Person) -> None:
    workflow.suspend(cast.ada, "To keep her quiet.", by=act_as(cast.abel))
    deliver_due_notices()
    mail.outbox.clear()
    name(milo, act_as(cast.abel))
    (text,) = sent_to("ada@example.org")
    assert re.search(r"Milo|Abel|attacker|/notices/", text) is None
    assert "/members/" in text


def test_the_acceptance_is_told_to_all_of_them_as_well(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel), email="milo@example.net")
    workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))
    workflow.suspend(cast.ada, "To keep her quiet.", by=act_as(cast.abel))
    deliver_due_notices()
    mail.outbox.clear()
    workflow.accept_invitation(invitation, password=PASSWORD)
    deliver_due_notices()
    assert {message.to[0] for message in mail.outbox} == {
        "ada@example.org",
        "abel@example.org",
        "sara@example.org",
        "sam@example.org",
    }


def test_a_suspended_admin_confirms_nothing(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    before = act_as(cast.ada)
    workflow.suspend(cast.ada, "A lost laptop.", by=act_as(cast.abel))
    for actor in (before, act_as(cast.ada)):
        with pytest.raises(NotAllowed):
            workflow.confirm_addresses([invitation.pk], by=actor)


def test_somebody_on_the_way_in_by_a_decision_waits_for_a_second_person(cast: Cast) -> None:
    boarding_workflow.begin_onboarding(
        cast.nora, began=MembershipBegan.DECISION, authority="a decision", by=act_as(cast.sam), at=clock.now()
    )
    invitation = name(cast.nora, act_as(cast.abel))
    assert invitation.phase(clock.now()) == InvitationPhase.UNCONFIRMED
    assert sent_to("sock@attacker.example") == []


def test_somebody_without_standing_is_invited_by_one_admin(cast: Cast) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    assert invitation.phase(clock.now()) == InvitationPhase.OPEN
    assert len(sent_to("nora@example.net")) == 1


# -- one council seat alone, one member alone ----------------------------------------------------------


def test_one_council_seat_names_nothing_and_confirms_nothing_for_themselves(cast: Cast, milo: Person) -> None:
    with pytest.raises(NotAllowed):
        name(milo, act_as(cast.sam))
    User.objects.filter(person=cast.sam).update(is_active=False)
    invitation = name(cast.sam, act_as(cast.abel))
    with pytest.raises(NotAllowed):
        workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))


@pytest.mark.parametrize("who", ["mel", "rita", "emil", "olga", "nora"])
def test_who_is_neither_admin_nor_on_the_council_confirms_and_refuses_nothing(
    cast: Cast, milo: Person, who: str
) -> None:
    invitation = name(milo, act_as(cast.abel))
    for verb in (workflow.confirm_addresses, workflow.refuse_addresses):
        with pytest.raises(NotAllowed):
            verb([invitation.pk], by=act_as(getattr(cast, who)))


def test_a_nominator_alone_does_not_become_the_nominee(cast: Cast) -> None:
    """Nominate a trusted person with a mailbox of one's own, consent there, and wait for the vote."""
    boarding_workflow.begin_onboarding(
        cast.nora,
        began=MembershipBegan.VOTE,
        authority="a vote",
        by=act_as(cast.ada),
        at=clock.now(),
        email="sock@attacker.example",
        nominator=cast.mel,
    )
    invitation = cast.nora.invitations.get()
    assert (invitation.phase(clock.now()), invitation.invited_by) == (InvitationPhase.UNCONFIRMED, cast.mel)
    assert sent_to("sock@attacker.example") == []
    workflow.confirm_addresses([invitation.pk], by=act_as(cast.ada))
    assert len(sent_to("sock@attacker.example")) == 1


# -- between the two words -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ada", "sam", "sara"])
def test_a_second_person_confirms_and_only_then_the_link_goes_out(cast: Cast, milo: Person, who: str) -> None:
    invitation = name(milo, act_as(cast.abel), email="milo@example.net")
    workflow.confirm_addresses([invitation.pk], by=act_as(getattr(cast, who)))
    (text,) = sent_to("milo@example.net")
    assert links.path_of(invitation) in text
    user = workflow.accept_invitation(invitation, password=PASSWORD)
    assert (user.person, user.is_unconfirmed) == (milo, False)
    assert dashboard_status(user) == (False, True)


def test_an_address_that_is_changed_after_the_confirmation_waits_again(cast: Cast, milo: Person) -> None:
    first = name(milo, act_as(cast.abel), email="milo@example.net")
    workflow.confirm_addresses([first.pk], by=act_as(cast.sam))
    second = name(milo, act_as(cast.abel))
    assert second.phase(clock.now()) == InvitationPhase.UNCONFIRMED
    assert [Client().get(links.path_of(each)).status_code for each in (first, second)] == [404, 404]
    assert sent_to("sock@attacker.example") == []


def test_two_tabs_confirm_what_was_shown_and_never_what_replaced_it(cast: Cast, browse: Browse, milo: Person) -> None:
    shown = name(milo, act_as(cast.abel), email="milo@example.net")
    sam = browse(cast.sam)
    assert str(shown.pk) in sam.get(CONFIRM).content.decode()
    replaced = name(milo, act_as(cast.abel))
    answer = sam.post(CONFIRM, {"address": str(shown.pk), "answer": "confirm"})
    assert (answer.status_code, "no longer waits" in answer.content.decode()) == (422, True)
    replaced.refresh_from_db()
    assert replaced.confirmed_at is None
    with pytest.raises(Conflict, match="no longer waits"):
        workflow.confirm_addresses([shown.pk, replaced.pk], by=act_as(cast.sam))
    replaced.refresh_from_db()
    assert replaced.confirmed_at is None


def test_it_is_confirmed_once(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel), email="milo@example.net")
    workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))
    for verb in (workflow.confirm_addresses, workflow.refuse_addresses):
        with pytest.raises(Conflict, match="no longer waits"):
            verb([invitation.pk], by=act_as(cast.ada))
    assert len(sent_to("milo@example.net")) == 1


def test_the_first_word_counts_only_while_its_author_may_say_it(cast: Cast, milo: Person) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    invitation = name(milo, act_as(cast.mia))
    end_role(cast.mia, RoleKind.ADMIN, authority="a decision", by=None, at=clock.now())
    with pytest.raises(Conflict, match="Mia Member, who named this address, is not an admin any more"):
        workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))
    workflow.refuse_addresses([invitation.pk], by=act_as(cast.sam))
    invitation.refresh_from_db()
    assert invitation.phase(clock.now()) == InvitationPhase.REFUSED


def test_the_word_of_a_suspended_admin_does_not_count(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    workflow.suspend(cast.abel, "A stolen laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="is not an admin any more"):
        workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))


def test_what_nobody_confirms_lapses(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    with clock.pretend(clock.now() + timedelta(days=7, seconds=1)):
        assert invitation.phase(clock.now()) == InvitationPhase.EXPIRED
        with pytest.raises(Conflict, match="no longer waits"):
            workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))


def test_an_old_link_is_dead_after_a_refusal(cast: Cast, browse: Browse, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    answer = browse(cast.sara).post(CONFIRM, {"address": str(invitation.pk), "answer": "refuse"})
    assert answer.status_code == 302
    assert Client().get(links.path_of(invitation)).status_code == 404
    invitation.refresh_from_db()
    assert (invitation.phase(clock.now()), invitation.refused_by) == (InvitationPhase.REFUSED, cast.sara)


# -- the side door: first the login, then the standing ---------------------------------------------------


@pytest.fixture
def sock(cast: Cast) -> User:
    """A login that one admin made for somebody without standing, at a mailbox of their own."""
    person = make_person("Pia Plain")
    return workflow.accept_invitation(
        workflow.invite(person, email="pia@attacker.example", by=act_as(cast.abel)), password=PASSWORD
    )


def test_a_login_on_one_word_gives_nothing_of_a_seat_that_came_later(cast: Cast, sock: User) -> None:
    assert sock.is_unconfirmed
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    assert dashboard_status(sock) == (False, False)
    assert "A second person has not confirmed your address yet" in no_access_of(sock)
    deliver_due_notices()
    assert "pia@attacker.example" not in {
        message.to[0] for message in mail.outbox if "needs your attention" in str(message.subject)
    }
    (waiting,) = Invitation.objects.to_confirm(clock.now())
    workflow.confirm_addresses([waiting.pk], by=act_as(cast.sam))
    assert dashboard_status(User.objects.get(pk=sock.pk)) == (False, True)


def test_a_login_on_one_word_is_nobodys_second_person(cast: Cast, sock: User, milo: Person) -> None:
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    give_second_factor(sock)
    invitation = name(milo, act_as(cast.abel))
    reset = resets.begin_reset(cast.mia, evidence=HOW, by=act_as(cast.abel))
    client = sign_in(Client(), Person.objects.get(pk=sock.person_id))
    assert client.post(CONFIRM, {"address": str(invitation.pk), "answer": "confirm"}).status_code == 403
    assert client.post(f"/manage/resets/{reset.pk}/", {"evidence": HOW}).status_code == 403
    actor = client.get("/dashboard/").wsgi_request.actor
    for act in (
        lambda: workflow.confirm_addresses([invitation.pk], by=actor),
        lambda: resets.confirm_reset(reset, evidence=HOW, by=actor),
        lambda: resets.refuse_reset(reset, by=actor),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_login_on_one_word_is_closed_by_a_refusal(cast: Cast, sock: User) -> None:
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    workflow.refuse_addresses([sock.person.invitations.get().pk], by=act_as(cast.ada))
    sock.refresh_from_db()
    assert not sock.is_active
    assert sock.person.invitations.get().phase(clock.now()) == InvitationPhase.REFUSED


def test_a_seat_is_recorded_for_a_login_only_when_the_operator_repeats_its_address(cast: Cast, sock: User) -> None:
    pep = "https://peps.python.org/pep-8107/"
    for arguments in ([], ["--login", "other@example.org"]):
        with pytest.raises(CommandError, match=r"signs in as pia@attacker\.example"):
            call_command("council_seat", "begin", "pia", pep, *arguments)
    assert not act_as(sock.person).is_steering
    call_command("council_seat", "begin", "pia", pep, "--login", "PIA@attacker.example")
    assert dashboard_status(User.objects.get(pk=sock.pk)) == (False, True)


def test_an_onboarding_waits_for_a_second_word_about_a_login_that_rests_on_one(cast: Cast, sock: User) -> None:
    onboarding = boarding_workflow.begin_onboarding(
        sock.person, began=MembershipBegan.DECISION, authority="a decision", by=act_as(cast.sam), at=clock.now()
    )
    sentence = "A second person has not confirmed the address of Pia Plain yet."
    assert sentence in onboarding.missing(clock.now())
    with pytest.raises(Conflict, match=sentence):
        boarding_workflow.complete_onboarding(onboarding, by=act_as(cast.abel))
    workflow.confirm_addresses([sock.person.invitations.get().pk], by=act_as(cast.ada))
    assert sentence not in type(onboarding).objects.get(pk=onboarding.pk).missing(clock.now())


def test_an_open_invitation_on_one_word_stops_working_when_its_person_gets_standing(cast: Cast) -> None:
    invitation = workflow.invite(cast.nora, email="sock@attacker.example", by=act_as(cast.abel))
    assert Client().get(links.path_of(invitation)).status_code == 200
    begin_role(cast.nora, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    assert Client().get(links.path_of(invitation)).status_code == 404
    with pytest.raises(Conflict, match="no longer open"):
        workflow.accept_invitation(invitation, password=PASSWORD)


def test_the_operator_needs_nobody(cast: Cast, milo: Person) -> None:
    call_command("invite_member", "milo", "milo@example.net")
    user = workflow.accept_invitation(milo.invitations.get(), password=PASSWORD)
    assert dashboard_status(user) == (False, True)


def test_the_word_of_a_nominator_counts_while_they_are_a_member(cast: Cast) -> None:
    boarding_workflow.begin_onboarding(
        cast.nora,
        began=MembershipBegan.VOTE,
        authority="a vote",
        by=act_as(cast.ada),
        at=clock.now(),
        email="nora@example.net",
        nominator=cast.mel,
    )
    workflow.suspend(cast.mel, "A stolen laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mel Member, who named this address, is not a member any more"):
        workflow.confirm_addresses([cast.nora.invitations.get().pk], by=act_as(cast.ada))


def test_the_operators_word_is_about_the_address_that_was_repeated(cast: Cast, sock: User) -> None:
    with pytest.raises(Conflict, match="signs in with another address by now"):
        workflow.confirm_on_server(sock.person, "pia@example.org")
    workflow.confirm_on_server(sock.person, sock.email)
    workflow.confirm_on_server(sock.person, sock.email)
    assert Event.objects.filter(kind="invitation:confirmed").count() == 1


def test_a_login_made_twice_on_one_word_waits_once(cast: Cast, sock: User) -> None:
    """A login is closed, and one admin alone opens it again: the newest invitation is what waits."""
    User.objects.filter(pk=sock.pk).update(is_active=False)
    again = workflow.invite(sock.person, email="pia@example.net", by=act_as(cast.abel))
    workflow.accept_invitation(again, password=PASSWORD)
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    assert list(Invitation.objects.to_confirm(clock.now())) == [again]


def test_what_waits_is_the_same_in_python_and_in_sql(cast: Cast, milo: Person, juno: Person, sock: User) -> None:
    name(milo, act_as(cast.abel))
    confirmed = name(juno, act_as(cast.abel), email="juno@example.net")
    workflow.confirm_addresses([confirmed.pk], by=act_as(cast.sam))
    workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    now = clock.now()
    phases = {invitation.pk: invitation.phase(now) for invitation in Invitation.objects.all()}
    read = {invitation.pk: invitation.phase(now) for invitation in Invitation.objects.with_standing(now)}
    assert read == phases
    for phase, rows in (
        (InvitationPhase.UNCONFIRMED, Invitation.objects.unconfirmed(now)),
        (InvitationPhase.UNCONFIRMED_LOGIN, Invitation.objects.of_unconfirmed_logins(now)),
        (InvitationPhase.OPEN, Invitation.objects.open(now)),
    ):
        assert {row.pk for row in rows} == {pk for pk, each in phases.items() if each == phase}, phase
        assert rows.exists()


# -- the address of another login ------------------------------------------------------------------------


def test_a_proven_second_address_of_somebody_else_is_refused_when_inviting_and_when_accepting(
    cast: Cast, browse: Browse
) -> None:
    invitation = workflow.invite(cast.nora, email="shared@example.net", by=act_as(cast.ada))
    cast.mel.user.emailaddress_set.create(email="Shared@example.net", verified=True, primary=False)
    answer = Client().post(links.path_of(invitation), {"password1": PASSWORD, "password2": PASSWORD})
    assert (answer.status_code, "has a login already" in answer.content.decode()) == (409, True)
    said = {"person": str(cast.nora.pk), "email": "shared@example.net"}
    page = browse(cast.ada).post("/members/invitations/new/", said)
    assert page.context["form"].errors == {"email": ["This address belongs to another login."]}
    with pytest.raises(Conflict, match="belongs to another login"):
        workflow.invite(cast.nora, email="shared@example.net", by=None)


def test_an_address_that_somebody_only_claims_bars_nobody(cast: Cast) -> None:
    cast.mel.user.emailaddress_set.create(email="nora@example.net", verified=False, primary=False)
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    assert workflow.accept_invitation(invitation, password=PASSWORD).email == "nora@example.net"


def test_a_member_with_a_login_is_not_invited_again(cast: Cast) -> None:
    give_login(make_member("Gil Given"))
    with pytest.raises(Conflict, match="Gil Given has a login already"):
        name(Person.objects.get(name="Gil Given"), act_as(cast.abel))
