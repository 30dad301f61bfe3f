"""The process that runs the embedded servers of one ``VAR_DIR`` for everybody who works there.

    python -m psrt_portal.embedded.keeper VAR_DIR SOCKET

`SOCKET` is the number of an inherited socket to whoever started it; others connect to
`Places.control`. A client sends lines and keeps the connection for as long as it wants the servers:

- ``need postgresql valkey``: start these unless they run. Answered by ``ready``, ``failed`` with a
  message in JSON, or ``busy`` when another keeper has the folder.
- ``ward 123``: end this process and its session when the connection is closed without ``done``.
- ``done``: the client has ended its wards itself.

When the last connection is closed, the keeper stops the servers and ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from psrt_portal.embedded.places import Places, make_private
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.embedded.server import Server, ServerError
from psrt_portal.embedded.valkey import Valkey

#: Seconds that the wards of a killed client have to end; Linux has told them already (`end_with_parent`).
WARD_SECONDS = 3
KINDS: dict[str, type[PostgreSQL] | type[Valkey]] = {"postgresql": PostgreSQL, "valkey": Valkey}


@dataclass
class Client:
    """Somebody who wants the servers."""

    connection: socket.socket
    received: bytes = b""
    wards: set[int] = field(default_factory=set)

    def say(self, line: str) -> None:
        """Send a line; somebody who is gone is noticed by the loop."""
        with suppress(OSError):
            self.connection.sendall(f"{line}\n".encode())


class Keeper:
    """The servers and those who want them."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.servers: dict[str, Server] = {}
        self.clients: dict[socket.socket, Client] = {}
        self.selector = selectors.DefaultSelector()
        self.ends = False

    def run(self, first: socket.socket) -> None:
        """Serve until nobody is left, a server has ended by itself or somebody sends SIGTERM."""
        with self._listen() as listener:
            self.selector.register(listener, selectors.EVENT_READ)
            self._welcome(first)
            while self.clients and not self.ends:
                for key, _ in self.selector.select(timeout=0.5):
                    if key.fileobj is listener:
                        self._welcome(listener.accept()[0])
                    else:
                        self._hear(key.data)
                if any(server.has_ended for server in self.servers.values()):
                    break
            self.places.control.unlink(missing_ok=True)  # before the servers stop: nobody shall find this keeper now
        for server in reversed(self.servers.values()):
            server.stop()
        shutil.rmtree(self.places.sockets, ignore_errors=True)  # a server that was killed leaves its socket

    def _listen(self) -> socket.socket:
        self.places.control.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.places.control))
        listener.listen(64)
        return listener

    def _welcome(self, connection: socket.socket) -> None:
        connection.setblocking(True)
        self.clients[connection] = Client(connection)
        self.selector.register(connection, selectors.EVENT_READ, self.clients[connection])

    def _hear(self, client: Client) -> None:
        try:
            received = client.connection.recv(4096)
        except OSError:
            received = b""
        if not received:
            self._part(client)
            return
        *lines, client.received = (client.received + received).split(b"\n")
        for line in lines:
            word, *rest = line.decode().split()
            if word == "need":
                self._start(client, rest)
            elif word == "ward":
                client.wards.add(int(rest[0]))
            elif word == "done":
                client.wards.clear()

    def _part(self, client: Client) -> None:
        """Forget a client; the last one sees its connection closed when the servers have stopped."""
        self.selector.unregister(client.connection)
        end(client.wards)
        client.wards.clear()
        if len(self.clients) == 1:
            self.ends = True
        else:
            del self.clients[client.connection]
            client.connection.close()

    def _start(self, client: Client, names: list[str]) -> None:
        try:
            for name in names:
                if name not in self.servers:
                    server = KINDS[name](self.places.folder, self.places.sockets)
                    server.start()
                    self.servers[name] = server
        except (ServerError, OSError) as error:
            client.say(f"failed {json.dumps(str(error))}")
        else:
            client.say("ready")


def end(wards: set[int]) -> None:
    """Wait for the sessions of `wards`, then kill what is left of them."""
    if sys.platform != "linux":
        _signal(wards, signal.SIGTERM, os.kill)
    limit = time.monotonic() + WARD_SECONDS
    while time.monotonic() < limit and _signal(wards, 0, os.killpg):
        time.sleep(0.05)
    _signal(wards, signal.SIGKILL, os.killpg)


def _signal(wards: set[int], number: int, send: Callable[[int, int], None]) -> set[int]:
    """Send a signal to each; return those that were there."""
    found = set()
    for ward in wards:
        with suppress(ProcessLookupError, PermissionError):
            send(ward, number)
            found.add(ward)
    return found


def locked(places: Places) -> IO[str] | None:
    """Return the locked file, or None if another keeper has it."""
    lock = places.lock.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def main(var: str, number: str) -> None:
    """Run the keeper of `var`; the socket `number` is the first client.

    It goes on in a child, so that it is nobody's to wait for: its clients come and go.
    """
    if os.fork():
        os._exit(0)
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    first, places = socket.socket(fileno=int(number)), Places(Path(var))
    try:
        make_private(places.folder)
        make_private(places.sockets)
        lock = locked(places)
    except OSError as error:
        Client(first).say(f"failed {json.dumps(str(error))}")
        return
    if lock is None:
        Client(first).say("busy")
        return
    with lock:
        keeper = Keeper(places)
        signal.signal(signal.SIGTERM, lambda *_received: setattr(keeper, "ends", True))
        keeper.run(first)


if __name__ == "__main__":
    main(*sys.argv[1:])
