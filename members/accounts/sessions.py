"""The store of sessions: the database holds nothing that could be used as a cookie, and no contents in clear.

A cookie holds a secret; its SHA-256 is the key of the row, here and in allauth's list of sessions. So the key is what
everything but the cookie works with, and `members.accounts.middleware.SessionMiddleware` is the only place that turns
the one into the other.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime
from typing import Any, Self

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string

from web.keys import open_session, seal_session
from web.statements import Statement

#: Characters of a secret, each one of 36: 165 random bits, as Django's own keys.
SECRET_LENGTH = 32
#: Hexadecimal digits of a key: as many as the columns of Django and allauth hold, 160 bits.
KEY_LENGTH = 40


def key_of(secret: str) -> str:
    """Return the key of the session whose cookie holds `secret`, whatever characters that has."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()[:KEY_LENGTH]


def _stored(key: str, now: datetime) -> QuerySet[Session, tuple[str]]:
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")


#: Every request of somebody who is signed in asks for their session.
_STORED = Statement(_stored, key="-", now=datetime.min.replace(tzinfo=UTC))


class SessionStore(db.SessionStore):
    """A session in the database, by the key of its row."""

    secret: str | None = None
    """What its cookie holds; None where the session was found by its key."""

    @classmethod
    def behind(cls, secret: str | None) -> Self:
        """Return the session of a cookie; a new one without a cookie."""
        session = cls(key_of(secret) if secret else None)
        session.secret = secret
        return session

    def _get_new_session_key(self) -> str:
        self.secret = get_random_string(SECRET_LENGTH, VALID_KEY_CHARS)
        return key_of(self.secret)

    def cycle_key(self) -> None:
        """Go on under a new key, and let the list of sessions follow: after a new SECRET_KEY, for instance."""
        before = self.session_key
        super().cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=self.session_key)

    def load(self) -> dict[str, Any]:
        """Return the contents; none for a session that has expired or was never there, which then gets a new key."""
        row = _STORED.row(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the contents as the row stores them: a reader of the database learns nothing from them."""
        return seal_session(zlib.compress(self.serializer().dumps(session_dict)))

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Return the contents; none when they were stored under a key that is gone."""
        contents = open_session(session_data if isinstance(session_data, str) else session_data.decode())
        if contents is None:
            return {}
        decoded: dict[str, Any] = self.serializer().loads(zlib.decompress(contents))
        return decoded


#: Under this name a session notes whose sign-in it is, and under which password that began.
SIGN_IN = "sign_in"


def belongs_to(row: Session, user: int) -> bool:
    """Return whether a login has signed in in this session, or has begun to."""
    contents = contents_of(row)
    return str(user) in {contents.get(SESSION_KEY), contents.get(SIGN_IN, {}).get("user")}


def contents_of(row: Session) -> dict[str, Any]:
    """Return the contents of a row; none when they were stored under a key that is gone."""
    return SessionStore().decode(row.session_data)
