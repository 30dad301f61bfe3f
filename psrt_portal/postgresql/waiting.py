"""How long a request waits for the database, and what is an outage of it.

The server's own limits (statement_timeout, lock_timeout) are no help when the server itself stands still: a stopped
process keeps its connections open, and its machine still acknowledges what is sent. So a request gives up by itself,
and once a server was found not to answer, other requests are refused at once instead of each waiting on its own: they
hold the threads that the pages need which can do without a database.

Work outside of requests has time, and waits.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import psycopg
from django.db.utils import InterfaceError, OperationalError

#: Seconds after its beginning at which a request waits for the database no more. With the page that says so this is
#: below 10, and above lock_timeout: who waits for a lock learns that.
REQUEST_SECONDS = 8.0
#: Seconds without an answer after which the server is asked whether it is there at all.
PATIENCE_SECONDS = 2.0
#: Seconds that it may take to answer that: it needs no process of its own for it.
PROBE_SECONDS = 1.5
#: Seconds for which the next requests are refused at once, until one of them tries again.
REST_SECONDS = 1.0
#: Seconds that the one that tries again may take: patience, the probe and some more.
_TRIAL_SECONDS = 5.0
#: Seconds that a new connection may take: connect_timeout in settings/database.py.
CONNECT_SECONDS = 3.0
#: "May I use TLS?", to which a server answers with one letter (PostgreSQL, "Message Formats", SSLRequest).
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
#: What is no fault of a statement: a server in recovery or read-only, a session that it ended.
_OUTAGE_STATES = frozenset({"25006", "25P03"})
#: Limits of a statement, such as an entry that is too long for an index; another try does not help.
_NO_OUTAGE_CLASS = "54"

#: The moment (`time.monotonic`) up to which this request waits for the database.
_limit: ContextVar[float | None] = ContextVar("database_wait_limit", default=None)


class UnansweredError(psycopg.OperationalError):
    """The database did not answer in time."""

    #: For the log (`psrt_portal.logs`).
    is_outage = True


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Wait for the database at most `seconds` from now on, all statements of the block together."""
    limit, outer = time.monotonic() + seconds, _limit.get()
    token = _limit.set(limit if outer is None else min(limit, outer))
    try:
        yield
    finally:
        _limit.reset(token)


def is_limited() -> bool:
    """Return whether waits end here."""
    return _limit.get() is not None


class Circuit:
    """What this process knows of its server: whether it answers, and who may find out that it does again."""

    def __init__(self) -> None:
        #: How often the server was found not to answer.
        self.breaks = 0
        self._until = 0.0
        self._lock = Lock()

    def require(self) -> None:
        """Raise `UnansweredError` while the server does not answer; one caller is let through to try it again."""
        if not self._until:
            return
        with self._lock:
            if not self._until:
                return
            if time.monotonic() < self._until:
                raise UnansweredError("the database does not answer")
            self._until = time.monotonic() + _TRIAL_SECONDS

    def open(self) -> None:
        """Note that the server does not answer."""
        with self._lock:
            self.breaks += 1
            self._until = time.monotonic() + REST_SECONDS

    def close(self) -> None:
        """Note that it answers."""
        self._until = 0.0


circuit = Circuit()


class Connection(psycopg.Connection[Any]):
    """A connection that is given up, and closed, when the time of a request is over or the server is not there."""

    #: Whether what is asked cannot take long, so that no answer means no server: a proxy before it may be there.
    is_checking = False

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Consume a generator of psycopg's. Raises `UnansweredError`."""
        limit = _limit.get()
        if limit is None:
            return super().wait(gen, interval, timeout)
        circuit.require()
        try:
            answer = super().wait(self._watched(gen, limit), interval, timeout)
        except UnansweredError:
            raise
        except psycopg.Error:
            circuit.close()  # a refusal is an answer, and who finds the connection ended does not wait
            raise
        circuit.close()
        return answer

    def _watched(self, gen: Any, limit: float) -> Generator[Any, Any, Any]:
        """Hand on what `gen` waits for; look at the clock each time when nothing has come."""
        breaks, probe_at = circuit.breaks, time.monotonic() + PATIENCE_SECONDS
        ready = None
        while True:
            try:
                wanted = gen.send(ready)
            except StopIteration as done:
                return done.value
            ready = yield wanted
            if ready:
                continue
            now = time.monotonic()
            if circuit.breaks != breaks or now > limit:
                self._give_up()
            if now > probe_at:
                if self.is_checking or not self._is_server_there(min(PROBE_SECONDS, max(0.1, limit - now))):
                    circuit.open()
                    self._give_up()
                probe_at = time.monotonic() + PATIENCE_SECONDS

    def _give_up(self) -> None:
        self.pgconn.finish()  # the server rolls back when it finds the connection closed
        raise UnansweredError("the database did not answer in time")

    def _is_server_there(self, seconds: float) -> bool:
        """Return whether the server answers anybody, though not this connection: a statement may take its time."""
        try:
            with _open(self.info.hostaddr or self.info.host, self.info.port, seconds) as probe:
                probe.sendall(_SSL_REQUEST)
                return bool(probe.recv(1))
        except (OSError, psycopg.Error):
            return False


def _open(host: str, port: int, seconds: float) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), seconds)
    probe = socket.socket(socket.AF_UNIX)
    try:
        probe.settimeout(seconds)
        probe.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        probe.close()
        raise
    return probe


def time_to_connect() -> None:
    """Raise `UnansweredError` if the server is known not to answer, or no time is left for one."""
    limit = _limit.get()
    if limit is None:
        return
    circuit.require()
    if limit - time.monotonic() < CONNECT_SECONDS:
        raise UnansweredError("there is no time left to connect to the database")


def is_outage(error: BaseException | None) -> bool:
    """Return whether an exception says that the database is away, locked, full or overloaded: try again."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or ""
        if state in _OUTAGE_STATES:
            return True
        if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
            return not state.startswith(_NO_OUTAGE_CLASS)
        error = error.__cause__
    return False
