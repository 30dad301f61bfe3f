"""Close a login at once and everywhere, empty it, and finish a sign-in that is still in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from audit import clock
from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation, User
from members.accounts.sessions import belongs_to
from members.people.models import Person, RoleKind, Suspension
from members.people.policy import actor_of


def close(person: Person) -> None:
    """End every session and sign-in of `person`, revoke open invitations, and deactivate the login.

    A seat on the Steering Council keeps its login, because the council acts here as well; it signs in anew.
    """
    at = clock.now()
    Invitation.objects.pending().filter(person=person).update(revoked_at=at)
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    # A login that is closed stays so: of one that a reset emptied, the old mailbox must open nothing.
    user.is_active = user.is_active and RoleKind.STEERING_COUNCIL in actor_of(person, at.date()).roles
    user.save(update_fields=["is_active"])
    end_sessions(user)


def lock_out(user: User) -> None:
    """End every session of `user`, and let nobody sign in with this login, not even a seat on the council."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


def forget_factors(user: User) -> None:
    """Forget every second factor of `user`, recovery codes included, and the accounts elsewhere that sign them in."""
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()


def empty(user: User) -> None:
    """Close a login with all that opened it: factors, password, sessions, and addresses that nobody has proven.

    Only an invitation opens it again, so that neither a lost device nor a password in foreign hands does.
    """
    forget_factors(user)
    EmailAddress.objects.filter(user=user, verified=False).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    lock_out(user)


def end_sessions(user: User, *, keep: str | None = None) -> None:
    """End the sessions of `user` but the one with the key `keep`, and sign-ins that have not shown their factor yet.

    A change of address that waits for its click was asked for in one of them, and is forgotten as well. A row of a
    session does not say whose it is, so all are opened: a team has a few dozen.
    """
    EmailAddress.objects.filter(user=user, verified=False).exclude(email__iexact=user.email).delete()
    rows = Session.objects.exclude(session_key=keep)
    Session.objects.filter(pk__in=[row.pk for row in rows if belongs_to(row, user.pk)]).delete()
    UserSession.objects.filter(user=user).exclude(session_key=keep).delete()


@transaction.atomic
def end_other_sessions(user: User, *, keep: str | None) -> None:
    """End the sessions of `user` but the one with the key `keep`, at their wish, and what was handed out under them."""
    end_sessions(user, keep=keep)
    record(AccountEvent.SESSIONS_ENDED, target=user, by=user.person)


def change_password(user: User, password: str, *, keep: str | None = None) -> None:
    """Write a new password, and end every session and sign-in under the old one but the session `keep`."""
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user, keep=keep)


def may_finish(user: User, begun: Mapping[str, Any]) -> bool:
    """Return whether a sign-in may end in a session; `begun` is what was noted when it began.

    The login is locked until the end of the transaction, so that whoever closes it or changes its password finds the
    session that is opened meanwhile. Not for a login that was closed, or a person who was suspended, or when the
    password is not the one under which the sign-in began.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    hashes = [locked.get_session_auth_hash(), *locked.get_session_auth_fallback_hash()]
    return _is_open(locked) and any(constant_time_compare(str(begun.get("password", "")), one) for one in hashes)


def may_confirm(address: EmailAddress) -> bool:
    """Return whether a login may take its new `address`: it is open, and nobody forgot the change.

    The login is locked until the end of the transaction, as in `may_finish`.
    """
    locked = User.objects.select_for_update().get(pk=address.user_id)
    return _is_open(locked) and EmailAddress.objects.filter(pk=address.pk, verified=False).exists()


def _is_open(login: User) -> bool:
    return login.is_active and not Suspension.objects.in_force().filter(person=login.person_id).exists()
