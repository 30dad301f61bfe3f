"""Adapt django-allauth to the portal."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account import auth_backends
from allauth.account.adapter import DefaultAccountAdapter

# allauth has no public function by which a session learns of a factor (65.21). tests/members/accounts/test_adapters.py
# holds what this one does.
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.queries.logins import login_for_request
from members.accounts.workflow import changing
from web.access import has_fresh_factor


class AuthenticationBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]
    """Sign in as django-allauth does, and load the login of a request with all that the request asks of it."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the login `user_id` with all that a request asks of it; None for one that is closed or gone."""
        user = login_for_request(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def note_password(request: HttpRequest, user: User) -> None:
    """Note that `user` typed their password in this session just now, so that nothing asks for it again at once."""
    record_authentication(request, user, method="password", reauthenticated=True)


def note_second_factor(request: HttpRequest, user: User) -> None:
    """Note that this session showed a second factor of `user` just now."""
    record_authentication(request, user, method="mfa")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Refuse to sign up, because logins come from invitations, and record what happens to a login."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody signs up."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Return whether allauth asks again before a change of the address: not within the time of a fresh factor."""
        if app == "allauth.account" and has_fresh_factor(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Send the link to a new address, and tell the old one in the same breath, with a way to stop it."""
        super().send_confirmation_mail(request, emailconfirmation, signup)
        changing.note_address_change(emailconfirmation.email_address)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Record that somebody signed in."""
        with transaction.atomic():
            record(AccountEvent.SIGNED_IN, target=user, by=user.person)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Record a change of a login before its owner is told; allauth calls this for every one.

        Adding a factor proves that its owner holds it, so that counts as showing it.
        """
        change = template_prefix.rpartition("/")[2]
        with transaction.atomic():
            record(AccountEvent.LOGIN_CHANGED, target=user, by=user.person, change=change)
        if change in {"totp_activated", "webauthn_added"}:
            note_second_factor(self.request, user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let GitHub sign in people who connected it to their login, and nobody sign up by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: nobody signs up."""
        return False


def _cipher() -> MultiFernet:
    """Return a cipher with keys derived from SECRET_KEY and its fallbacks, newest first."""
    keys = []
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"psrt second factors").derive(secret.encode())
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


class UnreadableFactor(Exception):  # noqa: N818  reads as what it is
    """A second factor of the login was encrypted under a key that is gone; `middleware` leads to the page of resets."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypt the seeds of second factors in the database, and keep the last factor."""

    def encrypt(self, text: str) -> str:
        """Return a seed as the database stores it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed that `encrypt` was given. Raises `UnreadableFactor` when the key is gone."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise UnreadableFactor from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether a factor may be removed.

        Everything private needs a second factor, so the last one can only be replaced.
        """
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(
            user=authenticator.user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exclude(pk=authenticator.pk)
        return bool(others.exists())
