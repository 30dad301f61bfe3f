"""The faults: each a block in which something is broken."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.chaos.house import House
from tests.bench.chaos.judging import Kind
from tests.services.production import children, stopped

#: Seconds that a slow mail server takes for a message: more than the portal's patience for any other answer (10), and
#: less than for this one (half of NOTICE_LEASE_SECONDS).
SLOW = 12.0
_CLOCK = Path(__file__).parent / "clock"


@dataclass(frozen=True)
class Fault:
    """A fault, how it is caused, and what may come of it."""

    name: str
    says: str
    kind: Kind
    cause: Callable[[House], AbstractContextManager[None]]
    is_instant: bool = False
    """It is over at once, and what comes after it is the recovery."""
    is_rebuilt: bool = False
    """The portal is started anew before and after it, which visitors do not have to see."""
    may_repeat: int = 0
    """Mails that may come twice: one for each process that could not note that it has sent it."""


@contextmanager
def database_stopped(house: House) -> Iterator[None]:
    house.database.stop()
    yield
    house.database.start()


@contextmanager
def database_restarted(house: House) -> Iterator[None]:
    house.database.stop()
    house.database.start()
    yield


def database_frozen(house: House) -> AbstractContextManager[None]:
    return house.frozen()


@contextmanager
def tables_locked(house: House) -> Iterator[None]:
    """Lock what every report and every act needs, as an upgrade that takes too long does; nobody may even read."""
    with ExitStack() as stack:
        for table in ("reports_report", "audit_event"):
            stack.enter_context(house.locked(table, "ACCESS EXCLUSIVE"))
        yield


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """Fill the disk of the database, and keep it full; one that has ended for it is started when there is room."""
    filler = house.disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    try:
        yield
    finally:
        filler.unlink()
        if house.database.has_ended:
            house.database.start()


@contextmanager
def broker_stopped(house: House) -> Iterator[None]:
    house.broker.stop()
    yield
    house.broker.start()


def broker_frozen(house: House) -> AbstractContextManager[None]:
    assert house.broker.process is not None
    return stopped(house.broker.process.pid)


def killed(part: str) -> Callable[[House], AbstractContextManager[None]]:
    """Kill what `deploy.watch` watches, with its children, as the kernel does where memory is short."""

    @contextmanager
    def kill(house: House) -> Iterator[None]:
        if part == "worker":
            _wait_for_work(house)
        for pid in children(house.parts[part].process.pid):
            os.killpg(pid, signal.SIGKILL)
        yield

    return kill


def _wait_for_work(house: House) -> None:
    """Wait until a mail is on its way, so that the worker has something in hand."""
    before, end = len(house.sink.received), time.monotonic() + 10
    while len(house.sink.received) == before and time.monotonic() < end:
        time.sleep(0.005)


@contextmanager
def web_killed(house: House) -> Iterator[None]:
    os.kill(children(house.parts["web"].process.pid)[0], signal.SIGKILL)
    yield


@contextmanager
def mail_away(house: House) -> Iterator[None]:
    house.sink.down()
    yield
    house.sink.up()


@contextmanager
def mail_refused(house: House) -> Iterator[None]:
    house.sink.refuses = True
    yield
    house.sink.refuses = False


@contextmanager
def mail_slow(house: House) -> Iterator[None]:
    house.sink.delay = SLOW
    yield
    house.sink.delay = 0.0


def clock_wrong(seconds: int) -> Callable[[House], AbstractContextManager[None]]:
    """Start web, worker and schedule with a clock that is wrong; the database's stays right."""

    @contextmanager
    def shift(house: House) -> Iterator[None]:
        house.restart_parts(PYTHONPATH=str(_CLOCK), CHAOS_CLOCK_SECONDS=str(seconds))
        yield
        house.restart_parts()

    return shift


FAULTS = (
    Fault("postgresql-stopped", "PostgreSQL stopped", Kind.DATABASE, database_stopped, may_repeat=2),
    Fault("postgresql-frozen", "PostgreSQL frozen", Kind.DATABASE, database_frozen, may_repeat=2),
    Fault(
        "postgresql-restarted", "PostgreSQL restarted", Kind.DATABASE, database_restarted, is_instant=True, may_repeat=2
    ),
    Fault("table-locked", "Two tables locked", Kind.DATABASE, tables_locked),
    Fault("disk-full", "Disk of the database full", Kind.DATABASE, disk_full, may_repeat=2),
    Fault("valkey-stopped", "Valkey stopped", Kind.BROKER, broker_stopped),
    Fault("valkey-frozen", "Valkey frozen", Kind.BROKER, broker_frozen),
    Fault("worker-killed", "Worker killed", Kind.WORK, killed("worker"), is_instant=True, may_repeat=2),
    Fault("beat-killed", "Schedule killed", Kind.WORK, killed("beat"), is_instant=True),
    Fault("web-killed", "A web process killed", Kind.WEB, web_killed, is_instant=True),
    Fault("mail-away", "Mail server away", Kind.MAIL, mail_away),
    Fault("mail-refused", "Mail server refuses all", Kind.MAIL, mail_refused),
    Fault("mail-slow", f"Mail server takes {SLOW:.0f} s a mail", Kind.MAIL, mail_slow),
    Fault("clock-ahead", "Clock an hour ahead", Kind.CLOCK, clock_wrong(3600), is_rebuilt=True),
    Fault("clock-behind", "Clock an hour behind", Kind.CLOCK, clock_wrong(-3600), is_rebuilt=True),
)
