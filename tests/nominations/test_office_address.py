"""An officer from outside the team keeps a key only at an address that two people's word confirmed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import Invitation
from members.people.models import Person
from nominations import workflow
from nominations.models import KeyOffice, Nomination
from nominations.policy import ASKED_TO_KEEP_KEY
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, give_second_factor, make_person
from tests.nominations.factories import fresh
from tests.nominations.test_views import sentences, text
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack


@pytest.fixture
def sock(nomination: Nomination, cast: Cast) -> Invitation:
    """Pia, from outside, at an address that Ada alone named; whoever reads it has accepted."""
    pia = make_person("Pia Person")
    invitation = accounts.invite(pia, email="sock@attacker.example", by=act_as(cast.ada))
    give_second_factor(accounts.accept_invitation(invitation, password=PASSWORD))
    return invitation


def test_one_admin_alone_holds_no_key_under_the_name_of_somebody_from_outside(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes], sock: Invitation
) -> None:
    pia = sock.person
    assert not Invitation.objects.to_confirm(clock.now()).exists()
    office = workflow.ask_officer(nomination, pia, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="a second person has not confirmed the address"):
        workflow.accept_office(office, pair[1], by=act_as(pia))
    assert list(Invitation.objects.to_confirm(clock.now())) == [sock]
    with pytest.raises(NotAllowed):
        accounts.confirm_addresses([sock.pk], by=act_as(cast.ada))
    KeyOffice.objects.update(accepted_at=clock.now(), public_key=pair[1])
    with pytest.raises(Conflict, match="Pia Person cannot keep the key any more"):
        workflow.open_vote(fresh(nomination), by=act_as(cast.ada))
    accounts.confirm_addresses([sock.pk], by=act_as(cast.abel))
    workflow.accept_office(office, pair[1], by=act_as(pia))
    assert workflow.open_vote(fresh(nomination), by=act_as(cast.ada)).officer == pia


def test_a_second_person_who_refuses_the_address_closes_the_login_of_who_is_asked(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes], sock: Invitation
) -> None:
    office = workflow.ask_officer(nomination, sock.person, by=act_as(cast.ada))
    accounts.refuse_addresses([sock.pk], by=act_as(cast.sam))
    with pytest.raises(Conflict, match="You cannot keep a key now"):
        workflow.accept_office(office, pair[1], by=act_as(sock.person))


def test_an_admin_reads_that_a_second_person_comes_first(
    cast: Cast, browse: Browse, nomination: Nomination, sock: Invitation
) -> None:
    ada = browse(cast.ada)
    answer = ada.post(reverse("nominations:ask_officer", args=[nomination.pk]), {"person": str(sock.person.pk)})
    assert sentences(ada, answer) == [
        "Pia Person is asked by mail to keep the key, once a second person has confirmed the address of their login."
    ]
    assert "sock@attacker.example" in text(browse(cast.abel).get(reverse("bring_in:confirm")))


def test_who_is_asked_has_standing_until_the_nomination_ends(
    cast: Cast, nomination: Nomination, sock: Invitation
) -> None:
    def asked() -> tuple[bool, bool]:
        people = ASKED_TO_KEEP_KEY.people(None, clock.now())
        return (
            ASKED_TO_KEEP_KEY.holds(act_as(sock.person), None),
            Person.objects.filter(people, pk=sock.person.pk).exists(),
        )

    assert (asked(), ASKED_TO_KEEP_KEY.holds(act_as(None), None)) == ((False, False), False)
    workflow.ask_officer(nomination, sock.person, by=act_as(cast.ada))
    assert (asked(), ASKED_TO_KEEP_KEY.holds(act_as(cast.olga), None)) == ((True, True), False)
    workflow.withdraw(fresh(nomination), by=act_as(cast.mel))
    assert asked() == (False, False)
