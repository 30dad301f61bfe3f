"""The files of attachments: below INBOX_DIR, outside of every folder that is served, with names of our own."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings


def _path(key: UUID) -> Path:
    # Two digits of the name spread the files over folders.
    folder: Path = settings.INBOX_DIR
    return folder / key.hex[:2] / key.hex


def write(key: UUID, content: bytes) -> None:
    """Write the file of an attachment, for the portal's own account only, and wait until it is on the disk."""
    path = _path(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read(key: UUID) -> bytes | None:
    """Return the bytes of an attachment, which INBOX_MESSAGE_BYTES bounds; None when the file is gone."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        return None


def remove(key: UUID) -> None:
    """Delete the file of an attachment, if it is there."""
    _path(key).unlink(missing_ok=True)
