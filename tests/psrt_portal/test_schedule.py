"""The schedule goes on when the clock is set back, with what it has in memory and what is in its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.schedules import crontab

from psrt_portal import celery_app
from psrt_portal.schedule import Schedule

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Machine:
    """A machine with a clock that can be set, and a schedule of two sweeps and a job at night."""

    def __init__(self, file: Path) -> None:
        self.file, self.now, self.sent = file, START, list[str]()
        self.start()

    def start(self) -> None:
        machine = self

        class Clocked(Celery):
            def now(self) -> datetime:
                return machine.now

        class Noting(Schedule):
            def apply_entry(self, entry: Any, producer: Any = None) -> None:
                machine.sent.append(entry.task)

        app = Clocked("clocks", broker="memory://")  # the current one of this thread: entries from a file ask that one
        app.conf.beat_schedule = {
            "votes": {"task": "votes", "schedule": MINUTE},
            "mail": {"task": "mail", "schedule": MINUTE},
            "night": {"task": "night", "schedule": crontab(hour="3", minute="17")},
        }
        self.schedule = Noting(app=app, schedule_filename=str(self.file))

    def restart(self) -> None:
        self.schedule.close()
        self.start()

    def run(self, duration: timedelta) -> list[str]:
        """Let the clock go on in steps of ten seconds; return what was sent, in order."""
        self.sent, end = [], self.now + duration
        while self.now < end:
            while self.schedule.tick() == 0:
                pass
            self.now += timedelta(seconds=10)
        return sorted(self.sent)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "schedule")
    yield machine
    machine.schedule.close()
    celery_app.set_current()


def test_each_sweep_is_sent_once_in_its_time(machine: Machine) -> None:
    machine.run(2 * MINUTE)
    assert machine.run(5 * MINUTE) == ["mail"] * 5 + ["votes"] * 5


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_that_is_set_back_by_an_hour_costs_one_interval(machine: Machine, *, is_restarted: bool) -> None:
    machine.run(2 * MINUTE)
    machine.now -= HOUR
    if is_restarted:
        machine.restart()
    sent = machine.run(5 * MINUTE + timedelta(seconds=10))
    assert sent in (["mail"] * number + ["votes"] * number for number in (4, 5))


def test_a_job_at_night_is_not_sent_by_day_for_it(machine: Machine) -> None:
    machine.now += timedelta(days=400)
    machine.run(10 * MINUTE)
    machine.now -= timedelta(days=400)
    assert "night" not in machine.run(10 * MINUTE)
    machine.now = START.replace(day=5, hour=3, minute=10)
    assert machine.run(10 * MINUTE).count("night") == 1
