"""Measure the cost of a ballot: `workflow.cast` as a part of the same SQL in raw psycopg, and the worst wait.

The whole ballot: eligibility, sealing, slot, roll, audit event, notice, one transaction. The raw
side makes a seal as well and sends the very statements a cast sent, so what remains is what
Django and our own code add. CPU time is that of the caller and of its PostgreSQL backend.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from rich.console import Console

from members.people.models import Person
from members.people.policy import Actor
from nominations import workflow
from nominations.models import Vote
from nominations.tally import Choice
from psrt_portal.embedded.valkey import Valkey
from tests import machine
from tests.bench import raw
from tests.bench.load import TICK
from tests.bench.storm import PROCESSES, THREADS, Line, storm
from tests.bench.turns import Spread, new_table, show, take_turns
from tests.cast import act_as
from tests.databases import url_of
from tests.factories import make_member, make_person
from tests.nominations import factories

VOTERS = 200
LEAST_PART = 0.3
MOST_MILLISECONDS = 100
CHOICES = list(Choice)


@dataclass(frozen=True)
class Work:
    """The cost of a slice of ballots, one after the other."""

    ballots: int
    cpu_seconds: float
    seconds: float

    @property
    def per_cpu_second(self) -> float:
        return self.ballots / self.cpu_seconds

    @property
    def per_second(self) -> float:
        return self.ballots / self.seconds


Pairs = list[tuple[Work, Work]]


def measure(pairs: int, seconds: float, broker: Valkey) -> bool:
    """Measure and print; False when the run is void. Ends `broker`."""
    vote, actors = _open()
    recordings = [raw.record(vote, actor) for actor in actors]
    _check(recordings[0])
    raw_line, our_line = partial(_raw_line, recordings), partial(_our_line, vote, actors)
    waits = take_turns(pairs, partial(storm, raw_line, VOTERS), partial(storm, our_line, VOTERS))
    with raw_line() as plain, our_line() as portal:
        base, ours = partial(_slice, plain, seconds), partial(_slice, portal, seconds)
        with_hint = take_turns(pairs, base, ours)
        # From here on no hint is sent: the first one fails, and the broker is left in peace for a while.
        logging.getLogger("notifications.tasks").setLevel(logging.ERROR)
        broker.stop()
        portal.cast(0)
        pure = take_turns(pairs, base, ours)
        null = take_turns(pairs, base, base)
    valid = _report(pure, with_hint, null, len(recordings[0].statements))
    _report_waits([first for first, _ in waits], [second for _, second in waits])
    return valid


def _open() -> tuple[Vote, list[Actor]]:
    """A vote of the bench's team and as many more members as make `VOTERS`."""
    team = list(Person.objects.order_by("slug"))
    for number in range(VOTERS - len(team)):
        make_member(f"Voter Number{number:03}", github=f"voter-{number:03}")
    nomination = factories.propose(make_person("Nora Nominee"), team[2])
    vote = factories.open_vote(nomination, team[0])  # the first two are admins
    return vote, [act_as(entry.person) for entry in vote.roll.select_related("person")]


@contextmanager
def _raw_line(recordings: list[raw.Recording]) -> Iterator[Line]:
    """A connection as psycopg makes it, without Django."""
    with psycopg.connect(url_of(settings.DATABASES["default"]), autocommit=True) as database:
        yield Line(
            lambda voter: recordings[voter].play(database, CHOICES[voter % len(CHOICES)]), database.info.backend_pid
        )


@contextmanager
def _our_line(vote: Vote, actors: list[Actor]) -> Iterator[Line]:
    """This thread's connection of Django's, kept open as in a web worker."""
    connection.ensure_connection()
    try:
        yield Line(
            lambda voter: workflow.cast(vote, CHOICES[voter % len(CHOICES)], by=actors[voter]),
            connection.connection.info.backend_pid,
        )
    finally:
        connection.close()


def _slice(line: Line, seconds: float) -> Work:
    """The roll votes, one after the other and over again, for some seconds."""
    ballots = 0
    began, cpu = time.monotonic(), _cpu_seconds(line)
    for voter in itertools.cycle(range(VOTERS)):
        line.cast(voter)
        ballots += 1
        if time.monotonic() - began >= seconds:
            break
    return Work(ballots, _cpu_seconds(line) - cpu, time.monotonic() - began)


def _cpu_seconds(line: Line) -> float:
    """Of this thread and of the backend, from the kernel's account."""
    fields = Path(f"/proc/{line.backend}/stat").read_text().rpartition(")")[2].split()
    return time.thread_time() + (int(fields[11]) + int(fields[12])) / TICK


def _check(recording: raw.Recording) -> None:
    """The raw side really writes: a new seal in the slot, the voter's mark, an event with its link, a notice."""
    sql = (
        "SELECT (SELECT ciphertext FROM nominations_sealedballot WHERE entry_id = %(slot)s),"
        " (SELECT has_voted FROM nominations_rollentry WHERE id = %(slot)s), (SELECT count(*) FROM audit_event),"
        " (SELECT count(*) FROM audit_link), (SELECT count(*) FROM notifications_notice)"
    )

    def rows() -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"slot": recording.slot})
            return tuple(cursor.fetchone())

    with connection.cursor() as cursor:
        cursor.execute("UPDATE nominations_rollentry SET has_voted = false WHERE id = %s", [recording.slot])
    before = rows()
    with _raw_line([recording]) as line:
        line.cast(0)
    after = rows()
    added = [new - old for old, new in zip(before[2:], after[2:], strict=True)]
    if bytes(before[0]) == bytes(after[0]) or (before[1], after[1]) != (False, True) or added != [1, 1, 1]:
        raise RuntimeError("a raw ballot did not write what a cast writes")


def _report(pure: Pairs, with_hint: Pairs, null: Pairs, statements: int) -> bool:
    """Print the table. A goal that is missed is shown, and fails nothing."""
    table = new_table(
        f"Ballots for each CPU second, as a part of the same {statements} statements in raw psycopg",
        "ballot", "part", "spread", "goal", "by the clock", "raw/s", "ours/s", "CPU µs",
    )  # fmt: skip
    for label, pairs in (("one transaction", pure), ("and a hint to the worker", with_hint)):
        part = Spread.of(one.per_cpu_second / base.per_cpu_second for base, one in pairs)
        table.add_row(
            label,
            f"{part.median:.2f}",
            str(part),
            f"≥ {LEAST_PART}",
            f"{Spread.of(one.per_second / base.per_second for base, one in pairs).median:.2f}",
            f"{Spread.of(base.per_second for base, _ in pairs).median:.0f}",
            f"{Spread.of(one.per_second for _, one in pairs).median:.0f}",
            f"{Spread.of(1e6 / one.per_cpu_second for _, one in pairs).median:.0f}",
            style="" if part.median >= LEAST_PART else "yellow",
        )
    return show(table, "Raw", Spread.of(second.per_cpu_second / first.per_cpu_second for first, second in null))


def _report_waits(base: list[list[float]], ours: list[list[float]]) -> None:
    """The waits of voters who all came at once."""
    cores = machine.cores()
    table = new_table(
        f"Milliseconds for one of {VOTERS} ballots over {PROCESSES * THREADS} connections at once, "
        f"{PROCESSES} processes of {THREADS} threads on {cores} cores",
        "ballot", "half under", "99 of 100 under", "worst", "worst of each run", "goal",
    )  # fmt: skip
    for label, runs, goal in (("raw", base, ""), ("ours", ours, f"≤ {MOST_MILLISECONDS}")):
        every, worst = sorted(itertools.chain.from_iterable(runs)), Spread.of(max(run) for run in runs)
        table.add_row(
            label,
            f"{every[len(every) // 2]:.0f}",
            f"{every[len(every) * 99 // 100]:.0f}",
            f"{worst.most:.0f}",
            f"{worst.least:.0f} - {worst.most:.0f}",
            goal,
            style="yellow" if goal and worst.most > MOST_MILLISECONDS else "",
        )
    console = Console()
    console.width = max(console.width, 100)
    console.print(table)
