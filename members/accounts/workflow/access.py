"""Close a login at once and everywhere, and let it work again."""

from __future__ import annotations

from typing import Any

# allauth has no public name for the key of a sign-in that waits for a second factor (65.21).
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from audit import clock
from members.accounts.models import Invitation, User
from members.people.models import Person, RoleKind
from members.people.policy import actor_of


def close(person: Person) -> None:
    """End every session of `person`, revoke open invitations, and deactivate the login.

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


def reopen(person: Person) -> None:
    """Let the login of a member, or of a seat on the council, work again; sessions that were ended stay ended.

    A login that a reset emptied stays closed: whoever reads the old mailbox could set the next password and factor.
    """
    if not actor_of(person, clock.now().date()).has_access:
        return
    login = User.objects.filter(person=person).first()
    if login is not None and (login.has_usable_password() or Authenticator.objects.filter(user=login).exists()):
        login.is_active = True
        login.save(update_fields=["is_active"])


def end_sessions(user: User) -> None:
    """End the sessions of `user`, those that have typed a password and not shown a factor yet included.

    A session does not say whose it is, so all are decoded: a team has a few dozen.
    """
    sessions = [row.pk for row in Session.objects.all() if _is_of(user, row.get_decoded())]
    Session.objects.filter(pk__in=sessions).delete()
    UserSession.objects.filter(user=user).delete()


def _is_of(user: User, session: dict[str, Any]) -> bool:
    half_finished = session.get(LOGIN_SESSION_KEY) or {}
    return str(user.pk) in {session.get(SESSION_KEY), half_finished.get("user_pk")}
