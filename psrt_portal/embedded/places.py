"""The files of the embedded servers, and their addresses.

Imports nothing of Django: the settings read it.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

#: The roles and the database of an embedded PostgreSQL (`postgresql`).
SUPERUSER = "postgres"
OWNER = "portal_owner"
RUNTIME = "portal"
DATABASE = "portal"

#: A Unix socket's path has room for 103 bytes on macOS and 107 on Linux; the longest name in the folder takes 16.
_LONGEST_FOLDER = 85
#: libpq splits hosts at commas, and addresses would need quoting for anything else.
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")


@dataclass(frozen=True)
class Places:
    """The files of the embedded servers of one ``VAR_DIR``."""

    var: Path

    @property
    def folder(self) -> Path:
        """The folder for everything that is kept."""
        return self.var / "embedded"

    @property
    def sockets(self) -> Path:
        """The folder of the sockets, below `folder` or, where its path would not do, below ``/tmp``."""
        inside = self.folder / "sockets"
        if _PLAIN.fullmatch(str(inside)) and len(os.fsencode(inside)) <= _LONGEST_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"psrt-portal-{os.geteuid()}-{digest}"  # noqa: S108 - `make_private` checks whose it is

    @property
    def control(self) -> Path:
        """The socket on which the supervisor listens."""
        return self.sockets / "supervisor.sock"

    @property
    def lock(self) -> Path:
        """The file that the supervisor holds locked while it lives."""
        return self.folder / "supervisor.lock"

    @property
    def supervisor_log(self) -> Path:
        """The file for unexpected errors of the supervisor."""
        return self.folder / "supervisor.log"

    def database_url(self, role: str) -> str:
        """Return the address of the database for `role`."""
        return database_url(self.sockets, role)

    @property
    def broker_url(self) -> str:
        """The address of the broker, as Celery writes it."""
        return broker_url(self.sockets)


def database_url(sockets: Path, role: str, name: str = DATABASE) -> str:
    """Return the address of the database `name` for `role` on the server in `sockets`."""
    return f"postgres://{role}@/{name}?host={sockets}"


def broker_url(sockets: Path, number: int = 0) -> str:
    """Return the address of the broker's database `number` on the server in `sockets`."""
    return f"redis+socket://{sockets}/valkey.sock?virtual_host={number}"


def make_private(folder: Path) -> None:
    """Make `folder` unless it is there, and close it; raises PermissionError if it belongs to another user."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user: work as that user, or set VAR_DIR to another folder.")
    folder.chmod(0o700)
