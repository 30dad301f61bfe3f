"""Ask somebody to keep the key of a vote away from this server; the office is taken by their own act."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor
from nominations import keys, queries
from nominations.events import NominationEvent
from nominations.models import KeyOffice, Nomination, Vote
from nominations.policy import OFFICES, Action, OfficeAction, require
from nominations.workflow.rows import lock
from web.conflicts import Conflict

_NOT_YET = (
    "You cannot keep a key now: your access is suspended, or a second person has not confirmed the address "
    "of your login yet. Ask an admin."
)


@transaction.atomic
def ask_officer(nomination: Nomination, person: Person, *, by: Actor) -> KeyOffice:
    """Ask `person` to keep the key of the vote on this nomination; they need not be a member.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` when somebody is asked already, the
    vote is open, or for somebody who has a part in it or cannot sign in.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ASK_OFFICER, by, nomination, at)
    if not queries.officers_for(nomination, who, at).filter(pk=person.pk).exists():
        raise Conflict(
            "The officer can sign in, at an address that needs no second person's word any more, and is neither "
            "nominee, nominator nor the admin who asks."
        )
    office = KeyOffice.objects.create(nomination=nomination, person=person, asked_by=who, asked_at=at)
    record(NominationEvent.OFFICER_ASKED, target=nomination, by=who, at=at, officer=person.pk)
    return office


@transaction.atomic
def dismiss_officer(nomination: Nomination, *, by: Actor) -> None:
    """Take the request back, accepted or not, before the vote is opened. Raises as `ask_officer`."""
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.DISMISS_OFFICER, by, nomination, at)
    officer = nomination.office.person_id
    nomination.office.delete()
    record(NominationEvent.OFFICER_DISMISSED, target=nomination, by=who, at=at, officer=officer)


@transaction.atomic
def accept_office(office: KeyOffice, public_key: bytes, *, by: Actor) -> KeyOffice:
    """Accept the office with the public half of a key of one's own; a second call replaces the key.

    Raises `NotAllowed` for anybody but the person who was asked, `Conflict` once the vote is open or stopped, and while
    their login rests on one person's word.
    """
    office = _lock(office)
    at = clock.now()
    who = OFFICES.require(OfficeAction.ACCEPT, by, office, at)
    if not queries.officers_for(office.nomination, office.asked_by, at).filter(pk=who.pk).exists():
        raise Conflict(_NOT_YET)
    office.accepted_at, office.public_key = at, public_key
    office.save(update_fields=["accepted_at", "public_key"])
    facts = {"officer": who.pk, "public_key": keys.shown(public_key)}
    record(NominationEvent.OFFICE_ACCEPTED, target=office.nomination, by=who, at=at, **facts)
    return office


@transaction.atomic
def give_office_back(office: KeyOffice, *, by: Actor) -> None:
    """Decline the office, or give it back before the vote is opened. Raises as `accept_office`."""
    office = _lock(office)
    at = clock.now()
    who = OFFICES.require(OfficeAction.GIVE_BACK, by, office, at)
    nomination = office.nomination
    office.delete()
    record(NominationEvent.OFFICE_GIVEN_BACK, target=nomination, by=who, at=at, officer=who.pk)


@transaction.atomic
def confirm_key_destroyed(office: KeyOffice, *, by: Actor) -> Vote:
    """Note the officer's word that no copy of the key is left.

    Raises `NotAllowed` for anybody but the officer, `Conflict` while the key is needed, and the second time.
    """
    office = _lock(office)
    at = clock.now()
    who = OFFICES.require(OfficeAction.DESTROY, by, office, at)
    vote = office.nomination.vote
    vote.key_destroyed_at = at
    vote.save(update_fields=["key_destroyed_at"])
    record(NominationEvent.KEY_DESTROYED, target=vote, by=who, at=at)
    return vote


def _lock(office: KeyOffice) -> KeyOffice:
    """Return the office as it is now, locked with its nomination. Raises `Conflict` when it was given or taken back."""
    lock(office.nomination)
    found = queries.office_of(office.nomination_id).filter(person=office.person_id).first()
    if found is None:
        raise Conflict("You are not asked to keep this key any more.")
    return found
