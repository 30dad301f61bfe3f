"""Private keys of running votes: one file each, outside the database and its backups.

A dump, a replica or a backup alone then never shows a choice, and destroying the file makes all
copies of the sealed ballots unreadable. Web and worker must share the folder
(``VOTE_KEY_DIR``, docs/operations.md).
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from nominations.sealing import KEY_BYTES, SealingError


def path_of(vote: UUID) -> Path:
    """Return where the private key of `vote` lies while there is one."""
    return Path(settings.VOTE_KEY_DIR) / f"{vote}.key"


@sensitive_variables()
def create(vote: UUID) -> bytes:
    """Make a key pair, put the private half on disk for good, return the public half.

    Call it before the transaction that opens the vote commits: a key without a vote is harmless,
    a vote without a key could never be counted. Raises FileExistsError rather than overwrite.
    """
    secret = X25519PrivateKey.generate()
    path = path_of(vote)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, secret.private_bytes_raw())
        os.fsync(file)
    finally:
        os.close(file)
    sync_folder(path.parent)
    return secret.public_key().public_bytes_raw()


def make_pair() -> tuple[bytes, bytes]:
    """Return a new key pair for an officer, private half first; nothing is written down."""
    secret = X25519PrivateKey.generate()
    return secret.private_bytes_raw(), secret.public_key().public_bytes_raw()


def shown(public_key: bytes) -> str:
    """Return a public key as people copy it: 44 characters of base64."""
    return base64.b64encode(public_key).decode()


def read_public_key(typed: str) -> bytes | None:
    """Return the public key that `shown` wrote; None for anything else, a key that can seal nothing included."""
    try:
        key = base64.b64decode(typed, validate=True)
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key))
    except ValueError:
        return None
    return None if key[-1] & 0x80 else key  # the same key in another spelling: the count would not know it


@sensitive_variables()
def read_private_key(text: bytes) -> bytes | None:
    """Return a private key as OpenSSL (PEM) or ``vote_key new`` (base64) wrote it; None for anything else."""
    try:
        if text.lstrip().startswith(b"-----BEGIN"):
            key = load_pem_private_key(text, password=None)
            return key.private_bytes_raw() if isinstance(key, X25519PrivateKey) else None
        secret = base64.b64decode(text.strip(), validate=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return secret if len(secret) == KEY_BYTES else None


def is_kept(vote: UUID) -> bool:
    """Return whether the private key of `vote` is in its place, without reading it."""
    try:
        return path_of(vote).stat().st_size == KEY_BYTES
    except OSError:
        return False


def read(vote: UUID) -> bytes:
    """Return the private key of `vote`; raises `SealingError` when it is not there."""
    try:
        secret = path_of(vote).read_bytes()
    except FileNotFoundError:
        raise SealingError(f"the key of vote {vote} is not in VOTE_KEY_DIR") from None
    if len(secret) != KEY_BYTES:
        raise SealingError(f"the key of vote {vote} is damaged")
    return secret


def destroy(vote: UUID) -> None:
    """Make the private key of `vote` go away, now and after a power cut; calling it twice is harmless."""
    path = path_of(vote)
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return once what was made, renamed or removed in `folder` is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
