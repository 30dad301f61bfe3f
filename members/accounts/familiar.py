"""The cookie of a browser in which somebody has signed in: strangers' wrong passwords do not lock it out.

It opens nothing. It gives the browser a count of its own for that one login (`adapters.AccountAdapter`), so whoever
steals it can type ten wrong passwords in five minutes.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from web.signed_links import new_nonce

#: How long a browser stays familiar without another sign-in: longer than from one yearly review to the next.
AGE = timedelta(days=400)
_SALT = "members.accounts.familiar"


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)


def _owner(address: str) -> str:
    """Return what stands for the login with `address`: another user of the computer learns nothing from the cookie."""
    return salted_hmac(_SALT, address.lower(), algorithm="sha256").hexdigest()


def remember(response: HttpResponse, address: str) -> None:
    """Make the browser familiar with the login that signs in with `address`, and with no other."""
    response.set_cookie(
        settings.FAMILIAR_COOKIE_NAME,
        _signer().sign(f"{new_nonce()}.{_owner(address)}"),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def browser_of(request: HttpRequest, address: str) -> str | None:
    """Return the random name of a browser in which the login with `address` has signed in; None for any other."""
    try:
        said = _signer().unsign(request.COOKIES.get(settings.FAMILIAR_COOKIE_NAME, ""), max_age=AGE)
    except signing.BadSignature:
        return None
    browser, _, owner = said.partition(".")
    return browser if constant_time_compare(owner, _owner(address)) else None
