"""Invite people to a login: offer, revoke, accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from audit.models import Event, label
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation, User
from members.accounts.policy import (
    CONFIRMATION_WAIT,
    INVITATIONS,
    REMINDER_PAUSE,
    Action,
    InvitationAction,
    require,
)
from members.accounts.queries.inviting import TAKEN, have_standing, obstacles
from members.accounts.workflow.access import forget_factors
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict, conflict_on_integrity_error


@dataclass(frozen=True)
class NamedAddress:
    """An address for one person, and how it is known to be theirs."""

    person: Person
    email: str
    evidence: str = ""


@transaction.atomic
def invite(
    person: Person, *, email: str, by: Actor | None, evidence: str = "", nominator: Person | None = None
) -> Invitation:
    """Offer `person` a login at `email`; an older offer is replaced.

    The mail with the private link goes out at once, but for somebody with standing: then a second person confirms the
    address first, and `evidence` says how it is known. `by` is None for the portal itself: a command on the server, or
    a passed nomination, whose `nominator` named the address. Raises `NotAllowed` for anybody but an admin, `Conflict`
    when the person or the address has a login, and without evidence for somebody with standing.
    """
    return _invite(NamedAddress(person, email, evidence), by=by, nominator=nominator)


@transaction.atomic
def hand_in(addresses: Sequence[NamedAddress], *, by: Actor) -> list[Invitation]:
    """Invite many people at once; an address may stand without evidence, and the second person sees that there is none.

    Raises as `invite`, and then nobody is invited. Five statements for all, and four for each.
    """
    who = require(Action.INVITE, by)
    people = [address.person.pk for address in addresses]
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    at = clock.now()
    against, standing = obstacles(people, [address.email for address in addresses]), have_standing(people, at)
    for address in addresses:
        if obstacle := against.of(address.person, address.email):
            raise Conflict(obstacle)
    invitations = [_offer(address, who, at, waits=address.person.pk in standing, in_list=True) for address in addresses]
    numbers = {"invitations": [invitation.pk for invitation in invitations]}
    record(AccountEvent.ADDRESSES_NAMED, target=who, by=who, at=at, **numbers)
    return invitations


def _invite(address: NamedAddress, *, by: Actor | None, nominator: Person | None = None) -> Invitation:
    who = require(Action.INVITE, by) if by is not None else nominator
    person = Person.objects.select_for_update().get(pk=address.person.pk)
    at = clock.now()
    if obstacle := obstacles([person.pk], [address.email]).of(person, address.email):
        raise Conflict(obstacle)
    if by is not None and not address.evidence and have_standing([person.pk], at):
        raise Conflict(f"Say how you know that this is the address of {person.name}.")
    return offer(address, who, of_nomination=nominator is not None)


@transaction.atomic
def offer(address: NamedAddress, who: Person | None, *, of_nomination: bool = False) -> Invitation:
    """Write an invitation in place of an older one; the caller has asked the policy, and locked the person."""
    at = clock.now()
    waits = who is not None and bool(have_standing([address.person.pk], at))
    return _offer(address, who, at, waits=waits, of_nomination=of_nomination)


def _offer(
    address: NamedAddress,
    who: Person | None,
    at: datetime,
    *,
    waits: bool,
    of_nomination: bool = False,
    in_list: bool = False,
) -> Invitation:
    person = address.person
    Invitation.objects.pending().filter(person=person).update(revoked_at=at)
    invitation = Invitation.objects.create(
        person=person,
        email=address.email,
        evidence=address.evidence,
        of_nomination=of_nomination,
        invited_by=who,
        invited_at=at,
        expires_at=at + (CONFIRMATION_WAIT if waits else validity()),
    )
    record(AccountEvent.INVITED, target=invitation, by=who, at=at, person=person.pk, in_list=in_list)
    return invitation


def validity() -> timedelta:
    """Return how long the link of an invitation works."""
    return timedelta(days=settings.INVITATION_DAYS)


@transaction.atomic
def send_again(invitation: Invitation, *, by: Actor) -> Invitation:
    """Send the link of an open invitation once more, to the same address; it works for a full period from now.

    Raises `NotAllowed` for anybody but an admin, and `Conflict` when it is not open, or was sent within the last hour.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitation.pk)
    at = clock.now()
    INVITATIONS.require(InvitationAction.SEND_AGAIN, by, invitation, at)
    invitation.sent_again_at, invitation.expires_at = at, at + validity()
    invitation.save(update_fields=["sent_again_at", "expires_at"])
    record(AccountEvent.INVITATION_SENT_AGAIN, target=invitation, by=by.person, at=at, person=invitation.person_id)
    return invitation


@transaction.atomic
def remind_of_factor(user: User, *, by: Actor) -> User:
    """Remind the owner of a login that it opens nothing without a second factor.

    Raises `NotAllowed` for anybody but an admin, and `Conflict` for a login that is closed or has a second factor, and
    when somebody did so within the last day.
    """
    who = require(Action.INVITE, by)
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    at = clock.now()
    if not user.is_active or User.objects.with_second_factor().filter(pk=user.pk).exists():
        raise Conflict(f"{user.person.name} does not need a reminder any more.")
    if Event.objects.filter(kind=AccountEvent.FACTOR_REMINDED, target=label(user), at__gt=at - REMINDER_PAUSE).exists():
        raise Conflict(f"Somebody reminded {user.person.name} within the last day.")
    record(AccountEvent.FACTOR_REMINDED, target=user, by=who, at=at)
    return user


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> Invitation:
    """Make an invitation's link useless. Raises `NotAllowed`, or `Conflict` when it is accepted or revoked already."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    at = clock.now()
    INVITATIONS.require(InvitationAction.REVOKE, by, invitation, at)
    return _revoked(invitation, by.person, at)


@transaction.atomic
def revoke_all() -> None:
    """Revoke every open invitation, and forget every new address that waits for its link.

    A restore brings back some that had ended. The mail about it tells of this.
    """
    at = clock.now()
    for invitation in Invitation.objects.select_for_update().pending():
        _revoked(invitation, None, at, in_list=True)
    EmailAddress.objects.filter(verified=False, primary=False).delete()


def _revoked(invitation: Invitation, who: Person | None, at: datetime, *, in_list: bool = False) -> Invitation:
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record(AccountEvent.INVITATION_REVOKED, target=invitation, by=who, at=at, in_list=in_list)
    return invitation


def _refuse_second_login() -> None:
    raise Conflict("This person or this address has a login already.")


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str) -> User:
    """Turn an open invitation into a login with a proven address, once.

    A login that was closed begins anew: the old factors and addresses are gone. One that rests on one person's word
    opens nothing once its person has standing, until a second person confirms it. Raises `Conflict` when the address
    is taken, or when the invitation is no longer open: accepted, revoked, expired, or waiting for a second person.
    """
    person = Person.objects.select_for_update().get(pk=invitation.person_id)
    if person.has_suspension():
        raise Conflict("This invitation is no longer open. Ask an admin for a new one.")
    at = clock.now()
    locked = Invitation.objects.select_for_update().open(at).filter(pk=invitation.pk).first()
    if locked is None:
        raise Conflict("This invitation is no longer open. Ask an admin for a new one.")
    if obstacles([], [locked.email]).of(person, locked.email) == TAKEN:
        _refuse_second_login()
    with conflict_on_integrity_error(_refuse_second_login):
        user = _new_login(locked, password)
        # The mail reached its reader, so the address is proven.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    # A login has one invitation that opened it: the newest.
    Invitation.objects.filter(person=person, accepted_at__isnull=False, revoked_at=None).update(revoked_at=at)
    locked.accepted_at = at
    locked.save(update_fields=["accepted_at"])
    record(AccountEvent.INVITATION_ACCEPTED, target=locked, by=locked.person, at=at, user=user.pk)
    return user


def _new_login(invitation: Invitation, password: str) -> User:
    """Write a login for the invited person, in place of a closed one. Raises `IntegrityError` when one is open."""
    login = User.objects.filter(person=invitation.person, is_active=False).first()
    if login is None:
        login = User(person=invitation.person)
    else:
        forget_factors(login)
        EmailAddress.objects.filter(user=login).delete()
    login.email, login.is_active = invitation.email.lower(), True
    login.is_unconfirmed = invitation.is_on_one_word
    login.set_password(password)
    login.save()
    return login
