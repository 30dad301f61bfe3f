"""Invite people to a login: offer, revoke, accept."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation, User
from members.accounts.policy import INVITATIONS, Action, InvitationAction, require
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict, conflict_on_integrity_error


@transaction.atomic
def invite(person: Person, *, email: str, by: Actor | None) -> Invitation:
    """Offer `person` a login. The mail with the private link goes to `email`; an older offer is replaced.

    `by` is None for the portal itself (a command on the server, or a passed nomination). Raises
    `NotAllowed` for anybody but an admin, `Conflict` when the person or the address has a login.
    """
    if by is not None:
        require(Action.INVITE, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if User.objects.filter(person=person, is_active=True).exists():
        raise Conflict(f"{person.name} has a login already.")
    if person.has_suspension():
        raise Conflict(f"{person.name} is suspended; end the suspension instead.")
    if User.objects.filter(email=email.lower()).exclude(person=person).exists():
        raise Conflict("This address belongs to another login.")
    at = clock.now()
    Invitation.objects.pending().filter(person=person).update(revoked_at=at)
    invitation = Invitation.objects.create(
        person=person,
        email=email,
        invited_by=by.person if by else None,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    record(AccountEvent.INVITED, target=invitation, by=invitation.invited_by, at=at, person=person.pk)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> Invitation:
    """Make an invitation's link useless. Raises `NotAllowed`, or `Conflict` when it is accepted or revoked already."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    at = clock.now()
    INVITATIONS.require(InvitationAction.REVOKE, by, invitation, at)
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record(AccountEvent.INVITATION_REVOKED, target=invitation, by=by.person, at=invitation.revoked_at)
    return invitation


def _refuse_second_login() -> None:
    raise Conflict("This person or this address has a login already.")


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str) -> User:
    """Turn an open invitation into a login with a proven address, once.

    A login that was closed when its owner left begins anew: the old factors and addresses are gone.
    Raises `Conflict` when it was accepted or revoked meanwhile, or has expired since the page was shown.
    """
    person = Person.objects.select_for_update().get(pk=invitation.person_id)
    if person.has_suspension():
        raise Conflict("This invitation is no longer open. Ask an admin for a new one.")
    at = clock.now()
    locked = Invitation.objects.select_for_update().open(at).filter(pk=invitation.pk).first()
    if locked is None:
        raise Conflict("This invitation is no longer open. Ask an admin for a new one.")
    with conflict_on_integrity_error(_refuse_second_login):
        user = _new_login(locked, password)
    # The mail reached its reader, so the address is proven.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    locked.accepted_at = at
    locked.save(update_fields=["accepted_at"])
    record(AccountEvent.INVITATION_ACCEPTED, target=locked, by=locked.person, at=at, user=user.pk)
    return user


def _new_login(invitation: Invitation, password: str) -> User:
    """Write a login for the invited person, in place of a closed one. Raises `IntegrityError` when one is open."""
    closed = User.objects.filter(person=invitation.person, is_active=False).first()
    if closed is None:
        return User.objects.create_user(invitation.email, invitation.person, password)
    Authenticator.objects.filter(user=closed).delete()
    EmailAddress.objects.filter(user=closed).delete()
    SocialAccount.objects.filter(user=closed).delete()
    closed.email, closed.is_active = invitation.email.lower(), True
    closed.set_password(password)
    closed.save()
    return closed
