"""Signing in by the real pages, with the codes of a real authenticator app."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from members.people.models import Person
from tests.factories import PASSWORD

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP_SECONDS = 30
CODE_PAGE = "/accounts/2fa/authenticate/"


def code(steps: int = 0, seed: str = SEED) -> str:
    """The code that the app shows, so many steps from now."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // STEP_SECONDS + steps)))


def give_app(person: Person) -> None:
    """Replace the cast's dummy factor by an app whose codes are right, and none of which is used."""
    Authenticator.objects.filter(user=person.user).delete()
    TOTP.activate(person.user, SEED)
    unspend(person)


def unspend(person: Person) -> None:
    """Let the codes of this moment be used again: tests sign one person in more often than every 30 seconds."""
    for factor in Authenticator.objects.filter(user=person.user, type=Authenticator.Type.TOTP):
        factor.data.pop("used_step", None)
        factor.save()
    cache.delete_many([f"allauth.mfa.totp.used?user={person.user.pk}&code={code(step)}" for step in (-1, 0, 1)])


def type_password(person: Person, client: Client | None = None, password: str = PASSWORD) -> Client:
    """Type a password on the page; the browser then stands before the page that asks for a code."""
    client = client or Client()
    client.post("/accounts/login/", {"login": person.user.email, "password": password})
    return client


def type_code(client: Client, typed: str) -> Any:
    """Type a code on the page that asks for it after the password."""
    return client.post(CODE_PAGE, {"code": typed})


def sign_in_by_pages(person: Person, client: Client | None = None) -> Client:
    """Type password and code."""
    give_app(person)
    client = type_password(person, client)
    assert type_code(client, code())["Location"] == "/dashboard/"
    return client
