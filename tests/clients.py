"""Let Django's test client find its session as a browser's is found: by the secret in the cookie.

Django takes the cookie for the key of the row; here the key is the SHA-256 of the cookie
(`members.accounts.sessions`). Importing this module is enough; `tests.cast` does.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.test.client import ClientMixin

from members.accounts.sessions import SessionStore


def cookie_of(client: Client) -> str:
    """What the cookie of the session holds, for another browser."""
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _session(client: Any) -> SessionStore:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie:
        return SessionStore.behind(cookie.value)
    session = SessionStore()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.secret
    return session


def _set_login_cookies(client: Any, request: Any) -> None:
    original(client, request)
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.secret


_mixin: Any = ClientMixin
original = _mixin._set_login_cookies
_mixin.session = property(_session)
_mixin._set_login_cookies = _set_login_cookies
