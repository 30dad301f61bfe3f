"""The process that runs the embedded servers of one ``VAR_DIR`` for all commands that work there.

    python -m psrt_portal.embedded.supervisor VAR_DIR SOCKET

`SOCKET` is the number of an inherited socket to the command that started it; others connect to
`Places.control`. A command sends lines and keeps the connection open for as long as it needs the servers:

- ``need postgresql valkey``: start these unless they run. Answered by ``ready``, by ``failed`` with a
  message in JSON, or by ``busy`` when another supervisor has the folder.
- ``adopt 123``: end this process and its session when the connection is closed without ``release``.
- ``release``: the command has ended its children itself.

When the last connection is closed, the supervisor stops the servers and ends.
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

#: Seconds that the children of a killed command have to end; Linux has told them already (`end_with_parent`).
CHILD_SECONDS = 3
KINDS: dict[str, type[PostgreSQL] | type[Valkey]] = {"postgresql": PostgreSQL, "valkey": Valkey}


@dataclass
class Client:
    """A connected command, and the processes it has started."""

    connection: socket.socket
    received: bytes = b""
    children: set[int] = field(default_factory=set)

    def say(self, line: str) -> None:
        """Send a line. A command that is gone is noticed by the loop."""
        with suppress(OSError):
            self.connection.sendall(f"{line}\n".encode())


class Supervisor:
    """Run servers for as long as commands are connected."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.servers: dict[str, Server] = {}
        self.clients: dict[socket.socket, Client] = {}
        self.selector = selectors.DefaultSelector()
        self.ends = False

    def run(self, first: socket.socket) -> None:
        """Serve until the last command leaves, a server ends by itself or SIGTERM arrives."""
        with self._listen() as listener:
            self.selector.register(listener, selectors.EVENT_READ)
            self._accept(first)
            while not self.ends:
                for key, _ in self.selector.select(timeout=0.5):
                    if key.fileobj is listener:
                        self._accept(listener.accept()[0])
                    else:
                        self._read(key.data)
                if any(server.has_ended for server in self.servers.values()):
                    break
            self.places.control.unlink(missing_ok=True)  # first: no command may find a supervisor that is ending
        for server in reversed(self.servers.values()):
            server.stop()
        shutil.rmtree(self.places.sockets, ignore_errors=True)  # a server that was killed leaves its socket

    def _listen(self) -> socket.socket:
        self.places.control.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.places.control))
        listener.listen(64)
        return listener

    def _accept(self, connection: socket.socket) -> None:
        client = self.clients[connection] = Client(connection)
        self.selector.register(connection, selectors.EVENT_READ, client)

    def _read(self, client: Client) -> None:
        try:
            received = client.connection.recv(4096)
        except OSError:
            received = b""
        if not received:
            self._leave(client)
            return
        *lines, client.received = (client.received + received).split(b"\n")
        for line in lines:
            word, *rest = line.decode().split()
            if word == "need":
                self._start(client, rest)
            elif word == "adopt":
                client.children.add(int(rest[0]))
            elif word == "release":
                client.children.clear()

    def _leave(self, client: Client) -> None:
        """Forget a command. The last one's connection stays open until the servers have stopped."""
        self.selector.unregister(client.connection)
        end(client.children)
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


def end(children: set[int]) -> None:
    """Wait for the sessions of `children` to end, then kill what is left of them."""
    if sys.platform != "linux":
        _signal(children, signal.SIGTERM, os.kill)
    limit = time.monotonic() + CHILD_SECONDS
    while time.monotonic() < limit and _signal(children, 0, os.killpg):
        time.sleep(0.05)
    _signal(children, signal.SIGKILL, os.killpg)


def _signal(processes: set[int], number: int, send: Callable[[int, int], None]) -> set[int]:
    """Send a signal to each; return those that exist."""
    found = set()
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            send(process, number)
            found.add(process)
    return found


def lock(places: Places) -> IO[str] | None:
    """Lock the folder; return the locked file, or None if another supervisor has it."""
    file = places.lock.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def main(var: str, number: str) -> None:
    """Run the supervisor of the folder `var`; the socket `number` leads to the first command.

    It goes on in a child process, so that no command has to wait for it: commands come and go.
    """
    if os.fork():
        os._exit(0)
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    first, places = socket.socket(fileno=int(number)), Places(Path(var))
    try:
        make_private(places.folder)
        locked = lock(places)
        if locked is not None:
            make_private(places.sockets)  # not earlier: an ending supervisor removes it
    except OSError as error:
        Client(first).say(f"failed {json.dumps(str(error))}")
        return
    if locked is None:
        Client(first).say("busy")
        return
    with locked:
        supervisor = Supervisor(places)
        signal.signal(signal.SIGTERM, lambda *_received: setattr(supervisor, "ends", True))
        supervisor.run(first)


if __name__ == "__main__":
    main(*sys.argv[1:])
