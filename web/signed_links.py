"""The secret part of a private link: a signed text. Nothing in the database can be used as one."""

from __future__ import annotations

import re

from django.core import signing


def sign(text: str, *, salt: str) -> str:
    """`text` with a signature, made from SECRET_KEY when needed and stored nowhere; `salt` names the kind of link."""
    return _signer(salt).sign(text)


def read(token: str, pattern: re.Pattern[str], *, salt: str) -> re.Match[str] | None:
    """The signed text, matched whole; None for a token that is false, of another kind, or of another form, alike."""
    try:
        return pattern.fullmatch(_signer(salt).unsign(token))
    except signing.BadSignature:
        return None


def _signer(salt: str) -> signing.Signer:
    return signing.Signer(salt=salt, sep=".")
