"""The secret part of a private link: a signed text, so that nothing in the database can be used as one."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

#: A nonce of `new_nonce`, as part of a pattern.
NONCE = r"[A-Za-z0-9_-]{16}"
#: The hexadecimal digits of a UUID and a nonce, each a group.
UUID_AND_NONCE = rf"([0-9a-f]{{32}})({NONCE})"


def new_nonce() -> str:
    """Return 96 random bits as 16 characters that are safe in an address."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class PrivateLink:
    """A kind of private link.

    A token is made from LINK_KEY whenever one is needed, and stored nowhere. It says nothing about whether the link
    is still in force: that follows from the row that the signed text names.
    """

    salt: str
    """The name of the kind; a token of another kind is false."""
    pattern: str
    """A regular expression that the whole signed text matches."""

    def token(self, text: str) -> str:
        """Return `text` with its signature. Raises `ValueError` for a text that could not be read again."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"not the text of a private link of the kind {self.salt}")
        return self._signer.sign(text)

    def read(self, token: str) -> re.Match[str] | None:
        """Return the match of the signed text; None for a false token, one of another kind and one of another form."""
        try:
            return re.fullmatch(self.pattern, self._signer.unsign(token))
        except signing.BadSignature:
            return None

    @property
    def _signer(self) -> signing.Signer:
        """Read LINK_KEY and its fallbacks anew each time, as Django's own `signing.dumps` does with SECRET_KEY."""
        return signing.Signer(
            key=settings.LINK_KEY, fallback_keys=[*settings.LINK_KEY_FALLBACKS], salt=self.salt, sep="."
        )
