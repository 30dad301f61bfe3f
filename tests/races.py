"""Two at once on PostgreSQL: the second begins before the first has committed, every time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

SECONDS = 20


class Elsewhere(threading.Thread):
    """Another process, as far as the database can tell: a thread with a connection of its own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.result: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._act()
        except Exception as error:  # noqa: BLE001  handed to the test
            self.result = error
        finally:
            connection.close()

    def ended(self) -> Any:
        self.join(SECONDS)
        assert not self.is_alive()
        return self.result


def somebody_waits() -> bool:
    """In this database: other processes of the tests wait in theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def held_open(act: Callable[[], Any]) -> Iterator[Elsewhere]:
    """`act` is done by somebody else and not yet committed inside the block; it is when somebody waits for it."""
    done, go = threading.Event(), threading.Event()

    def hold() -> Any:
        with transaction.atomic():
            result = act()
            done.set()
            go.wait(SECONDS)
        return result

    first = Elsewhere(hold)
    assert done.wait(SECONDS), first.result
    yield first
    end = time.monotonic() + SECONDS
    while not somebody_waits() and time.monotonic() < end:
        time.sleep(0.01)
    go.set()
    first.ended()


def race(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """The results of both acts when the second began before the first had committed."""
    with held_open(first) as one:
        other = Elsewhere(second)
    return one.result, other.ended()
