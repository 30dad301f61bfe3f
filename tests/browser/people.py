"""Signing people in, by the real pages or, where signing in is not what is tested, by a session."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from members.accounts.sessions import SessionStore
from members.people.models import Person
from tests.cast import cookie_of, sign_in
from tests.factories import PASSWORD

NewContext = Callable[..., BrowserContext]
#: The seed of every authenticator app in these tests.
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERIOD_SECONDS = 30


def code_of_now(seed: str = SEED) -> str:
    """Return the code that the authenticator app shows now."""
    return format_hotp_value(hotp_value(seed, int(time.time()) // PERIOD_SECONDS))


def give_app(person: Person) -> None:
    """Replace the cast's dummy factor by an authenticator app that shows real codes."""
    Authenticator.objects.filter(user=person.user).delete()
    TOTP.activate(person.user, SEED)


def sign_in_by_pages(context: BrowserContext, address: str, person: Person) -> Page:
    """Type password and code; return the dashboard."""
    give_app(person)
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(person.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("[name=code]").fill(code_of_now())
    page.get_by_role("button", name="Sign In").click()
    page.wait_for_url("**/dashboard/")
    return page


def give_session(context: BrowserContext, address: str, person: Person) -> None:
    """Sign in behind the pages' back, second factor and all."""
    secret = cookie_of(sign_in(Client(), person))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": secret, "url": address}])


def age_sessions() -> None:
    """Move the second factors of all sessions one hour into the past."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        shown = store[AUTHENTICATION_METHODS_SESSION_KEY]
        store[AUTHENTICATION_METHODS_SESSION_KEY] = [{**one, "at": one["at"] - 3600} for one in shown]
        store.save()
