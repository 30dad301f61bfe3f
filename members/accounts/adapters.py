"""Adapt django-allauth to the portal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from allauth.account import auth_backends
from allauth.account.adapter import DefaultAccountAdapter

# allauth has no public function by which a session learns of a factor (65.21). tests/members/accounts/test_adapters.py
# holds what this one does.
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from audit.log import record
from members.accounts import familiar, workflow
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.queries.logins import login_for_request
from members.accounts.sessions import SIGN_IN
from members.accounts.workflow import changing
from web import keys
from web.access import has_fresh_factor
from web.devices import browser_in_words
from web.limits import count, forget, may_mail, network_of
from web.refusals import Refusal, note

#: Wrong passwords: from one network for all logins, and for one login. Without the second rate a network could try
#: 1,440 passwords a day for one login, for months.
FROM_NETWORK, FROM_NETWORK_FOR_LOGIN = "10/m/ip", "5/5m/key,30/d/key"
#: For one login, from everywhere that is not familiar to it: strangers with many addresses lock out nobody else.
FROM_STRANGERS = "50/h/key,200/d/key"
#: For one login from a browser in which it has signed in before.
FROM_FAMILIAR_BROWSER = "10/5m/key"
#: Mails that go out because somebody typed an address.
ASKED_FOR_BY_ANYBODY = frozenset({"password_reset_key", "email_confirmation", "email_confirmation_signup"})


def _limits_of(request: HttpRequest, credentials: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """Return the counts of the passwords that this browser types for a login."""
    login = str(credentials.get("email", "")).lower()
    browser = familiar.browser_of(request, login)
    if browser is not None:
        return [("password-familiar", FROM_FAMILIAR_BROWSER, f"{browser} {login}")]
    return [
        ("password", FROM_NETWORK, None),
        ("password-network", FROM_NETWORK_FOR_LOGIN, f"{network_of(request)} {login}"),
        ("password-strangers", FROM_STRANGERS, login),
    ]


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

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "Too many failed tries. Wait some minutes, or until tomorrow if that does not help. "
        "Or use a passkey, or a browser in which you have signed in before.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody signs up."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password that is typed; allauth takes a right one back. Raises `ValidationError` at too many."""
        self._login_failed_rl_usage = count(request, *_limits_of(request, credentials))
        if self._login_failed_rl_usage is None:
            note(Refusal.TOO_MANY_PASSWORDS)
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a wrong password, or an address without a login, which nothing tells apart."""
        note(Refusal.PASSWORD)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Begin the counts of a login anew when its owner has chosen a new password; allauth calls this."""
        forget(request, *(limit for limit in _limits_of(request, credentials) if limit[2]))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail, but of those that anybody can cause only some an hour."""
        if template_prefix.rpartition("/")[2] in ASKED_FOR_BY_ANYBODY and not may_mail("login", email):
            return
        super().send_mail(template_prefix, email, context)

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """Note in the session whose sign-in begins, and under which password; a closed login gets its page instead."""
        response: HttpResponse | None = super().pre_login(request, user, **details)
        if response is None:
            request.session[SIGN_IN] = {"user": str(user.pk), "password": user.get_session_auth_hash()}
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session. Raises `ImmediateHttpResponse` when the login was closed or changed since this began.

        Whoever closes it deletes the row of this session as well.
        """
        begun, key = request.session.get(SIGN_IN, {}), request.session.session_key
        with transaction.atomic():
            if workflow.may_finish(user, begun) and (key is None or request.session.exists(key)):
                super().login(request, user)
                request.session.pop(SIGN_IN, None)
                return
        request.session.flush()
        note(Refusal.SIGN_IN_ENDED)
        messages.error(request, "This sign-in has ended before it was complete. Sign in again.")
        raise ImmediateHttpResponse(redirect("account_login"))

    def set_password(self, user: User, password: str) -> None:
        """Write a new password, and end every other session and sign-in."""
        with transaction.atomic():
            workflow.change_password(user, password, keep=self.request.session.session_key)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Return whether allauth asks again before a change of the login: not within the time of a fresh factor."""
        return not has_fresh_factor(self.request) and bool(super().is_reauthentication_required(app=app))

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Send the link to a new address, and tell the old one in the same breath, with a way to stop it."""
        super().send_confirmation_mail(request, emailconfirmation, signup)
        changing.note_address_change(emailconfirmation.email_address)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Take the new address; a login that was closed meanwhile keeps the old one, whoever has the link."""
        with transaction.atomic():
            if workflow.may_confirm(email_address):
                return bool(super().confirm_email(request, email_address))
        messages.error(request, "The address was not changed: this link does not work any more.")
        return False

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Record that somebody signed in."""
        with transaction.atomic():
            record(AccountEvent.SIGNED_IN, target=user, by=user.person)
        response: HttpResponse = super().post_login(request, user, **details)
        familiar.remember(response, user.email)
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


class SpentCode:
    """Take a code of the present 30 seconds or of those before, and each only once.

    allauth takes a code of the next step as well, and forgets after one step which was used.
    """

    def clean_code(self) -> str:
        """Return the code; one that was used already is as wrong as any other."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            factor: Authenticator = self.authenticator  # type: ignore[attr-defined]
            if factor.type == Authenticator.Type.TOTP and not workflow.spend_code(factor, code):
                raise SecondFactorAdapter().validation_error("incorrect_code")
        except ValidationError:
            note(Refusal.CODE)
            raise
        return code


class CodeForm(SpentCode, AuthenticateForm):  # type: ignore[misc]
    """The code that completes a sign-in."""


class CodeAgainForm(SpentCode, ReauthenticateForm):  # type: ignore[misc]
    """The code that is asked for again before a grave act."""


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """End sign-ins that have not shown their factor together with the sessions, and record it."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End every session and sign-in of the reader but the one that asks; allauth's list has only sessions."""
        request = context.request
        workflow.end_other_sessions(request.user, keep=request.session.session_key)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let GitHub sign in people who connected it to their login, and nobody sign up by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: nobody signs up."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypt the seeds of second factors in the database, and keep the last factor."""

    def encrypt(self, text: str) -> str:
        """Return a seed as the database stores it."""
        return keys.seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed that `encrypt` was given. Raises `keys.UnreadableFactorError` when its key is gone."""
        return keys.open_factor(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return what a new passkey is called until its owner types another name: its browser."""
        return browser_in_words(context.request.headers.get("User-Agent", ""))

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
