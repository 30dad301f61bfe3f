"""The side door: a login on one person's word, and standing that comes later; addresses of other logins."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from audit import clock
from audit.models import Event
from members.accounts import links, workflow
from members.accounts.enums import InvitationPhase
from members.accounts.models import Invitation, User
from members.boarding import workflow as boarding_workflow
from members.people.models import MembershipBegan, Person, RoleKind
from members.people.policy import Actor
from members.people.workflow import begin_role
from members.resets import workflow as resets
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as, sign_in
from tests.factories import (
    PASSWORD,
    claim_address,
    give_login,
    give_roles,
    give_second_factor,
    make_member,
    make_person,
)
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack

HOW = "A signed commit of 2 November."
CONFIRM = "/manage/bring-in/confirm/"


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


def actor_in(client: Client) -> Actor:
    """The actor of a request in this session."""
    return vars(client.get("/dashboard/").wsgi_request)["actor"]


def dashboard_status(user: User) -> tuple[bool, bool]:
    """Whether a login of a person gives membership, and a seat, to a session of its own."""
    if not Authenticator.objects.filter(user=user).exists():
        give_second_factor(user)
    actor = actor_in(sign_in(Client(), Person.objects.get(pk=user.person_id)))
    return actor.is_member, actor.is_steering


def no_access_of(user: User) -> str:
    """The text of the page of somebody without access, with a session that has shown a factor."""
    return sign_in(Client(), user.person).get("/dashboard/").content.decode()


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
        message.to[0] for message in mail.outbox if "seat on the Steering Council" in str(message.subject)
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
    actor = actor_in(client)
    for act in (
        lambda: workflow.confirm_addresses([invitation.pk], by=actor),
        lambda: resets.confirm_reset(reset, evidence=HOW, by=actor),
        lambda: resets.refuse_reset(reset, by=actor),
    ):
        with pytest.raises(NotAllowed):
            act()


OWN_PAGES = ["/profile/", "/profile/edit/", "/profile/export.json", "/profile/responsibilities/"]


def test_a_login_on_one_word_does_nothing_in_the_name_of_somebody_with_standing(cast: Cast, sock: User) -> None:
    give_second_factor(sock)
    client = sign_in(Client(), sock.person)
    assert [client.get(page).status_code for page in OWN_PAGES[:2]] == [200, 200]
    begin_role(sock.person, RoleKind.STEERING_COUNCIL, authority="a PEP", by=None, at=clock.now())
    events = Event.objects.count()
    assert [client.get(page).headers.get("Location") for page in OWN_PAGES] == ["/dashboard/"] * 4
    posted = [client.post(page, {"name": "Petra Plain", "time_zone": "UTC"}).status_code for page in OWN_PAGES]
    assert (posted, Event.objects.count()) == ([403] * 4, events)
    assert [client.get(page).status_code for page in ("/dashboard/", "/accounts/email/", "/members/")] == [200] * 3
    sock.person.refresh_from_db()
    assert sock.person.name == "Pia Plain"
    workflow.confirm_addresses([sock.person.invitations.get().pk], by=act_as(cast.sam))
    assert client.get("/profile/edit/").status_code == 200


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
    claim_address(cast.mel, "Shared@example.net", verified=True)
    answer = Client().post(links.path_of(invitation), {"password1": PASSWORD, "password2": PASSWORD})
    assert (answer.status_code, "has a login already" in answer.content.decode()) == (409, True)
    said = {"person": str(cast.nora.pk), "email": "shared@example.net"}
    page = browse(cast.ada).post("/members/invitations/new/", said)
    assert page.context["form"].errors == {"email": ["This address belongs to another login."]}
    with pytest.raises(Conflict, match="belongs to another login"):
        workflow.invite(cast.nora, email="shared@example.net", by=None)


def test_an_address_that_somebody_only_claims_bars_nobody(cast: Cast) -> None:
    claim_address(cast.mel, "nora@example.net")
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    assert workflow.accept_invitation(invitation, password=PASSWORD).email == "nora@example.net"


def test_a_member_with_a_login_is_not_invited_again(cast: Cast) -> None:
    give_login(make_member("Gil Given"))
    with pytest.raises(Conflict, match="Gil Given has a login already"):
        name(Person.objects.get(name="Gil Given"), act_as(cast.abel))
