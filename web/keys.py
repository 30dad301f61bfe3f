"""Encryption of what the database must not show: the seeds of second factors, and the contents of sessions.

And of what a browser carries for a moment and nothing else may: a voter's receipt. Sessions and receipts hang on
SECRET_KEY and factors on FACTOR_KEY, so that replacing a leaked key of the one does not cost the other.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables


class UnreadableFactorError(ValidationError):
    """A seed was stored under a FACTOR_KEY that is gone.

    A form shows the sentence beside the field; elsewhere it becomes the 409 page, or nothing in a template.
    """

    silent_variable_failure = True

    def __init__(self) -> None:
        super().__init__(
            "The portal can no longer read this factor, because the key it was stored under is gone. "
            "Sign in with a passkey and set it up again, or ask an admin to reset your second factor.",
            code="unreadable",
        )


@lru_cache(maxsize=16)
def _cipher(secrets: tuple[str, ...], purpose: bytes) -> MultiFernet:
    """Return a cipher with a key for `purpose` from each of `secrets`, newest first."""
    keys = []
    for secret in secrets:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


def _of_sessions() -> MultiFernet:
    return _cipher((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), b"psrt sessions")


def _of_factors(secrets: Sequence[str] = ()) -> MultiFernet:
    given = secrets or (settings.FACTOR_KEY, *settings.FACTOR_KEY_FALLBACKS)
    return _cipher(tuple(given), b"psrt second factors")


def seal_session(contents: bytes) -> str:
    """Return the contents of a session as the database stores them."""
    return _of_sessions().encrypt(contents).decode()


def open_session(sealed: str) -> bytes | None:
    """Return what `seal_session` was given; None under a key that is gone, and for anything else."""
    try:
        return _of_sessions().decrypt(sealed.encode())
    except InvalidToken:
        return None


def _of_receipts() -> MultiFernet:
    return _cipher((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), b"psrt receipts")


@sensitive_variables()
def seal_receipt(contents: bytes) -> str:
    """Return a voter's receipt as their browser carries it to the page that shows it."""
    return _of_receipts().encrypt(contents).decode()


@sensitive_variables()
def open_receipt(sealed: str, *, seconds: int) -> bytes | None:
    """Return what `seal_receipt` was given less than so many seconds ago; None for anything else."""
    try:
        return _of_receipts().decrypt(sealed.encode(), ttl=seconds)
    except InvalidToken:
        return None


def seal_factor(seed: str) -> str:
    """Return the seed of a second factor as the database stores it."""
    return _of_factors().encrypt(seed.encode()).decode()


def open_factor(sealed: str) -> str:
    """Return the seed that `seal_factor` was given. Raises `UnreadableFactorError` when its key is gone."""
    try:
        return _of_factors().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnreadableFactorError from error


def is_under_newest_key(sealed: str) -> bool:
    """Return whether a seed is stored under FACTOR_KEY itself, so that no fallback is needed for it."""
    try:
        _of_factors([settings.FACTOR_KEY]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
