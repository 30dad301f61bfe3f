"""Propose somebody, ask whether they want to, and take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts.queries.logins import login_of
from members.github_accounts.workflow import look_up_again
from members.people.models import Person
from members.people.policy import Actor
from members.people.workflow import add_person
from nominations import numbers, queries
from nominations.events import NominationEvent
from nominations.models import Category, Newcomer, Nomination
from nominations.policy import GENERAL, OF_NOMINEE, Action, GeneralAction, NomineeAction, holder_of_link, require
from nominations.workflow.rows import discard_ballots, end, lock, lock_numbers
from web.conflicts import Conflict
from web.signed_links import new_nonce


@transaction.atomic
def propose(
    nominee: Person | Newcomer, *, statement: str, category: Category, by: Actor, email: str = ""
) -> Nomination:
    """Propose somebody for the team; a newcomer is put on record, and asked by mail.

    The question goes to the address of the nominee's login, or to `email` for somebody without one. Raises
    `NotAllowed` for anybody but a member, `Conflict` for oneself, a member, somebody with an open
    nomination or refused lately, or somebody who could not be written to.
    """
    GENERAL.require_any(GeneralAction.PROPOSE, by)
    lock_numbers()  # one after the other, so that a second click finds what the first has written
    if isinstance(nominee, Newcomer):
        nominee = add_person(nominee.name, github=nominee.github, by=by)
    at = clock.now()
    nominator = GENERAL.require(GeneralAction.PROPOSE, by, nominee, at)
    email = _address(nominee, email, nominator)
    nomination = Nomination.objects.create(
        number=numbers.draw(queries.numbers_taken()),
        nominee=nominee,
        nominator=nominator,
        statement=statement,
        category=category,
        proposed_at=at,
        nominee_email=email,
        consent_until=at + timedelta(days=settings.CONSENT_DAYS),
        follows=queries.stopped_before(nominee, at),
    )
    record(NominationEvent.PROPOSED, target=nomination, by=nominator, at=at, nominee=nominee.pk)
    return nomination


def _address(nominee: Person, typed: str, nominator: Person) -> str:
    """Return where the nominee is asked; empty for the address of their login, which wins over what was typed.

    Raises `Conflict` without an address, and for the nominator's own: anybody who reads the mail can answer.
    """
    if login_of(nominee).is_active:
        return ""
    if not typed:
        raise Conflict(f"{nominee.name} has no login here, so an e-mail address is needed to ask them.")
    if queries.is_address_of(nominator, typed):
        raise Conflict("This is your own address. The question has to reach the person you propose.")
    return typed


@transaction.atomic
def ask_again(nomination: Nomination, *, email: str, by: Actor) -> Nomination:
    """Write to the nominee once more, with a new link and the whole time to answer; the old link is void.

    Raises `NotAllowed` for anybody but the nominator, `Conflict` once they have answered.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ASK_AGAIN, by, nomination, at)
    nomination.nominee_email = _address(nomination.nominee, email, who)
    nomination.link_nonce = new_nonce()
    nomination.consent_until = at + timedelta(days=settings.CONSENT_DAYS)
    nomination.save()
    record(NominationEvent.ASKED_AGAIN, target=nomination, by=who, at=at)
    return nomination


def _lock_by_link(found: Nomination) -> Nomination:
    """Lock what a private link has led to, unless the link was replaced since."""
    nomination = lock(found)
    if nomination.link_nonce != found.link_nonce:
        raise Conflict("This link was replaced by a newer one. Use the one in the latest mail.")
    return nomination


@transaction.atomic
def accept(nomination: Nomination) -> Nomination:
    """Record that the nominee agrees to be voted on; the caller has checked the private link.

    Raises `Conflict` when it is too late, they have answered already, or the link is void by now.
    """
    nomination = _lock_by_link(nomination)
    at = clock.now()
    OF_NOMINEE.require(NomineeAction.ACCEPT, holder_of_link(nomination), nomination, at)
    nomination.consented_at = at
    nomination.save()
    look_up_again(nomination.nominee)
    record(NominationEvent.CONSENTED, target=nomination, by=nomination.nominee, at=at)
    return nomination


@transaction.atomic
def decline(nomination: Nomination) -> Nomination:
    """Record that the nominee does not want to; no vote takes place.

    Raises `Conflict` when they have answered already, or the link is void by now.
    """
    nomination = _lock_by_link(nomination)
    at = clock.now()
    OF_NOMINEE.require(NomineeAction.DECLINE, holder_of_link(nomination), nomination, at)
    nomination.declined_at = at
    end(nomination, at)
    record(NominationEvent.DECLINED, target=nomination, by=nomination.nominee, at=at)
    return nomination


@transaction.atomic
def withdraw(nomination: Nomination, *, by: Actor) -> Nomination:
    """Take a nomination back before its vote closes. Ballots are destroyed unread.

    Raises `NotAllowed` for anybody but the nominator and, before the vote opens, an admin who could open it;
    `Conflict` after the close.
    """
    nomination = lock(nomination)
    at = clock.now()
    return _withdraw(nomination, require(Action.WITHDRAW, by, nomination, at), at)


@transaction.atomic
def withdraw_as_nominee(nomination: Nomination) -> Nomination:
    """Take the nominee's consent back before the vote closes; raises `Conflict` after it."""
    nomination = _lock_by_link(nomination)
    at = clock.now()
    OF_NOMINEE.require(NomineeAction.WITHDRAW, holder_of_link(nomination), nomination, at)
    return _withdraw(nomination, nomination.nominee, at)


def _withdraw(nomination: Nomination, who: Person, at: datetime) -> Nomination:
    nomination.withdrawn_at, nomination.withdrawn_by = at, who
    end(nomination, at)
    vote = nomination.vote_or_none
    if vote is not None:
        discard_ballots(vote)
    record(NominationEvent.WITHDRAWN, target=nomination, by=who, at=at, vote=vote.pk if vote else None)
    return nomination
