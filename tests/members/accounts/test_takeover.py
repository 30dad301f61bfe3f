"""Attempts of one person alone to become somebody with standing. Each is made as an attacker would, and fails."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from audit import clock
from members.accounts import links, workflow
from members.accounts.enums import InvitationPhase
from members.accounts.models import Invitation, User
from members.boarding import workflow as boarding_workflow
from members.people.models import MembershipBegan, Person, RoleKind
from members.people.policy import Actor
from members.people.workflow import end_role
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as, sign_in
from tests.factories import (
    PASSWORD,
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


def test_one_admin_says_how_the_address_of_somebody_with_standing_is_known(cast: Cast, milo: Person) -> None:
    with pytest.raises(Conflict, match="Say how you know"):
        workflow.invite(milo, email="sock@attacker.example", by=act_as(cast.abel))
    assert not milo.invitations.exists()


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


def test_a_newcomer_by_a_decision_waits_for_a_second_person(cast: Cast) -> None:
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
    with pytest.raises(Conflict, match="Mia Member, who named this address, is not an admin or a"):
        workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))
    workflow.refuse_addresses([invitation.pk], by=act_as(cast.sam))
    invitation.refresh_from_db()
    assert invitation.phase(clock.now()) == InvitationPhase.REFUSED


def test_the_word_of_a_suspended_admin_does_not_count(cast: Cast, milo: Person) -> None:
    invitation = name(milo, act_as(cast.abel))
    workflow.suspend(cast.abel, "A stolen laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="is not an admin or a council member any more"):
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
