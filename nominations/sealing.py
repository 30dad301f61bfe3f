"""Ballots that nobody can read before the close: pure functions, no database, no files.

A sealed ballot is ``ephemeral public key (32) || ChaCha20-Poly1305 of (choice code, receipt)``.
The cipher's key and nonce come by HKDF from an X25519 exchange between a key made for this one
ballot and the vote's public key. Vote and slot are associated data, so a sealed ballot opens in
its own slot only. All choices give the same length, and the same choice twice differs.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.views.decorators.debug import sensitive_variables

from nominations.tally import Choice

KEY_BYTES = 32
#: 80 random bits: enough that no two voters of any vote ever draw the same.
RECEIPT_BYTES = 10
_NONCE_BYTES, _TAG_BYTES = 12, 16
#: What every sealed ballot measures.
SEALED_BYTES = KEY_BYTES + 1 + RECEIPT_BYTES + _TAG_BYTES
#: Part of every derived key, so that a ballot of another format never opens by accident.
_FORMAT = b"psrt-ballot-1"
_CODES = {Choice.YES: 1, Choice.NO: 2, Choice.ABSTAIN: 3}
_CHOICES = {code: choice for choice, code in _CODES.items()}


class SealingError(Exception):
    """A ballot or a key is not what it must be. The message names ids, never a choice."""


@dataclass(frozen=True)
class OpenBallot:
    """An opened ballot. Neither part shows in a traceback or a log line."""

    choice: Choice = field(repr=False)
    receipt: str = field(repr=False)


def new_receipt() -> str:
    """Return 80 random bits as 16 letters and digits that cannot be mistaken for each other (base32)."""
    return base64.b32encode(secrets.token_bytes(RECEIPT_BYTES)).decode()


def grouped(receipt: str) -> str:
    """Return a receipt as people read it: four by four."""
    return "-".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))


@sensitive_variables()
def seal(ballot: OpenBallot, *, public_key: bytes, vote: UUID, slot: UUID) -> bytes:
    """Seal `ballot` for one slot of one vote: `SEALED_BYTES` bytes."""
    once = X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes_raw()
    key, nonce = _derive(once.exchange(X25519PublicKey.from_public_bytes(public_key)), ephemeral, public_key)
    text = bytes([_CODES[ballot.choice]]) + base64.b32decode(ballot.receipt)
    return ephemeral + ChaCha20Poly1305(key).encrypt(nonce, text, vote.bytes + slot.bytes)


@sensitive_variables()
def unseal(sealed: bytes, *, private_key: bytes, vote: UUID, slot: UUID) -> OpenBallot:
    """Open what `seal` made; raises `SealingError` on anything else, a moved ballot included."""
    ephemeral, cipher = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    try:
        secret = X25519PrivateKey.from_private_bytes(private_key)
        shared = secret.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        key, nonce = _derive(shared, ephemeral, secret.public_key().public_bytes_raw())
        text = ChaCha20Poly1305(key).decrypt(nonce, cipher, vote.bytes + slot.bytes)
        return OpenBallot(_CHOICES[text[0]], base64.b32encode(text[1:]).decode())
    except (InvalidTag, ValueError, KeyError):
        # Not chained: the cause's frames hold the key.
        raise SealingError(f"the ballot in slot {slot} of vote {vote} cannot be opened") from None


@sensitive_variables()
def check_pair(private_key: bytes, public_key: bytes, *, vote: UUID) -> None:
    """Raise `SealingError` unless the two halves belong together."""
    try:
        fits = X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw() == public_key
    except ValueError:
        fits = False
    if not fits:
        raise SealingError(f"this is not the key of vote {vote}")


def _derive(shared: bytes, ephemeral: bytes, public_key: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of one ballot; the key is used once, so the nonce may be derived as well."""
    made = HKDF(SHA256(), KEY_BYTES + _NONCE_BYTES, None, _FORMAT + ephemeral + public_key).derive(shared)
    return made[:KEY_BYTES], made[KEY_BYTES:]


def board_lines(board: Iterable[tuple[str, str]]) -> list[str]:
    """Return the lines ``RECEIPT choice``, sorted, each with its line feed."""
    return sorted(f"{receipt} {choice}\n" for receipt, choice in board)


def board_hash(board: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of the board's lines, in hexadecimal; anyone recomputes it from the board."""
    return hashlib.sha256("".join(board_lines(board)).encode()).hexdigest()
