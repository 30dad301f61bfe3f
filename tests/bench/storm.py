"""Measure the wait of the slowest voter when many vote at once, in processes and threads as the portal has them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

from django.db import connection

#: The defaults of `deploy/gunicorn.py`.
PROCESSES, THREADS = 2, 4


@dataclass(frozen=True)
class Line:
    """One connection to the database, over which the voter of a number casts a ballot."""

    cast: Callable[[int], object]
    backend: int
    """The process id at PostgreSQL's end."""


Connect = Callable[[], AbstractContextManager[Line]]


def storm(connect: Connect, voters: int) -> list[float]:
    """Every voter votes once, over `PROCESSES` times `THREADS` lines; what each waited, in milliseconds."""
    connection.close()  # a child must not share it
    context = multiprocessing.get_context("fork")
    ready, answers = context.Barrier(PROCESSES * THREADS), context.SimpleQueue()

    def work(number: int) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            starts = range(number * THREADS, (number + 1) * THREADS)
            parts = pool.map(lambda start: _one_line(connect, range(start, voters, PROCESSES * THREADS), ready), starts)
            answers.put([wait for part in parts for wait in part])

    children = [context.Process(target=work, args=(number,)) for number in range(PROCESSES)]
    for child in children:
        child.start()
    waits: list[float] = [wait for _ in children for wait in answers.get()]
    for child in children:
        child.join()
    return waits


def _one_line(connect: Connect, voters: range, ready: Barrier) -> list[float]:
    with connect() as line:
        ready.wait(60)
        return [_timed(line.cast, voter) for voter in voters]


def _timed(cast: Callable[[int], object], voter: int) -> float:
    began = time.perf_counter()
    cast(voter)
    return (time.perf_counter() - began) * 1000
