"""A command's lease on the embedded servers: it finds or starts the supervisor and keeps a connection to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from psrt_portal.embedded.places import Places
from psrt_portal.embedded.server import START_SECONDS, ServerError

#: Seconds for the servers to come up, one after the other, and for an earlier supervisor to end.
PATIENCE = 3 * START_SECONDS
#: Seconds for the servers to stop.
CLOSE_SECONDS = 60
_ROOT = Path(__file__).resolve().parent.parent.parent


class Lease:
    """A connection to the supervisor: the servers stay up until it is closed."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""

    def adopt(self, process: int) -> None:
        """Have the supervisor end `process`, the leader of a session, should this process be killed."""
        self._say(f"adopt {process}")

    def release(self) -> None:
        """Take every `adopt` back, because this process has ended its children itself."""
        with suppress(ServerError):
            self._say("release")

    @property
    def is_lost(self) -> bool:
        """Whether the supervisor has gone, and the servers with it."""
        self._connection.setblocking(False)
        try:
            return self._connection.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self._connection.setblocking(True)

    def close(self) -> None:
        """End the lease; if it is the last one, wait until the servers have stopped."""
        self._connection.settimeout(CLOSE_SECONDS)
        with suppress(OSError):  # the supervisor was faster, or it hangs
            self._connection.shutdown(socket.SHUT_WR)
            while self._connection.recv(4096):
                pass
        self._connection.close()

    def _say(self, line: str) -> None:
        try:
            self._connection.sendall(f"{line}\n".encode())
        except OSError as error:
            raise ServerError("The process that runs the database and the broker has ended.") from error

    def ask_for(self, names: Sequence[str]) -> bool:
        """Have the servers started; return False if this supervisor is about to end. Raises ServerError."""
        try:
            self._connection.sendall(f"need {' '.join(names)}\n".encode())
            answer = self._line()
        except ConnectionError:
            return False
        except TimeoutError as error:
            raise ServerError(f"PostgreSQL and Valkey did not start within {PATIENCE} seconds.") from error
        word, _, message = answer.partition(" ")
        if word == "failed":
            raise ServerError(json.loads(message))
        return word == "ready"

    def _line(self) -> str:
        """Return the next line; empty when the supervisor closes the connection."""
        self._connection.settimeout(PATIENCE)
        while b"\n" not in self._received:
            received = self._connection.recv(4096)
            if not received:
                return ""
            self._received += received
        line, _, self._received = self._received.partition(b"\n")
        self._connection.settimeout(None)
        return line.decode()


@contextmanager
def servers(var: Path, names: Sequence[str]) -> Iterator[Lease]:
    """Have the servers `names` of the folder `var` run inside the block; raises ServerError."""
    lease = _take(Places(var), names)
    try:
        yield lease
    finally:
        lease.close()


def _take(places: Places, names: Sequence[str]) -> Lease:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        lease = Lease(_connect(places) or _start(places))
        try:
            if lease.ask_for(names):
                return lease
        except ServerError:
            lease.close()
            raise
        lease.close()
        time.sleep(0.1)  # a supervisor is about to begin or to end
    raise ServerError(f"The servers in {places.folder} neither start nor stop; {places.supervisor_log} may say why.")


def _connect(places: Places) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(places.control))
    except PermissionError as error:
        connection.close()
        raise ServerError(f"{places.folder} belongs to another user: work as that user, or set VAR_DIR.") from error
    except OSError:
        connection.close()
        return None
    return connection


def _start(places: Places) -> socket.socket:
    """Start a supervisor with this process as its first command."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with places.supervisor_log.open("ab") as log:
                subprocess.run(  # noqa: S603 - our own program
                    [sys.executable, "-m", "psrt_portal.embedded.supervisor", str(places.var), str(theirs.fileno())],
                    cwd=_ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    check=True,
                )
        except OSError as error:
            ours.close()
            raise ServerError(f"{places.folder} cannot be written to ({error.strerror}): set VAR_DIR.") from error
        except subprocess.CalledProcessError as error:
            ours.close()
            raise ServerError(f"The servers cannot be started; {places.supervisor_log} says why.") from error
    return ours
