"""What makes a row of ``make chaos`` fail; the faults themselves are no test."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.chaos import judging
from tests.bench.chaos.__main__ import judge
from tests.bench.chaos.judging import CUT, Kept, Kind, Mails, Row, Sample, complaints

#: What the portal promises for a fault of its database.
BORNE = Row(
    "PostgreSQL frozen",
    Kind.DATABASE,
    (
        Sample("/healthz", 200, 0.1),
        Sample("/report/", 200, 0.1),
        Sample("/dashboard/", 503, 9.9),
        Sample("POST /report/", 303, 0.2),
        Sample("ballot", CUT, 0.2),
    ),
    pages_back=0.5,
    work_back=3.0,
    reports=Kept(4, 4),
    ballots=Kept(9, 9),
    mails=Mails(13, 0, 2),
    may_repeat=2,
)
WHOLE = "The audit log is whole: 26 events, hash 00."


def sampled(row: Row, page: str, status: int, seconds: float = 0.1) -> Row:
    return replace(row, samples=(*row.samples, Sample(page, status, seconds)))


def test_a_fault_that_is_borne_has_no_complaint() -> None:
    assert complaints(BORNE) == []


@pytest.mark.parametrize(
    "row",
    [
        sampled(BORNE, "/dashboard/", 503, 10.1),
        replace(BORNE, kind=Kind.BROKER),  # 9.9 seconds, where 5 are allowed
        replace(BORNE, pages_back=None),
        replace(BORNE, work_back=None),
        replace(BORNE, samples=()),
        sampled(BORNE, "/dashboard/", 500),
        sampled(BORNE, "/healthz", 503),
        sampled(BORNE, "/report/", CUT),
        replace(BORNE, reports=Kept(4, 3)),
        replace(BORNE, ballots=Kept(9, 8)),
        replace(BORNE, mails=Mails(13, 1, 0)),
        replace(BORNE, mails=Mails(13, 0, 3)),
    ],
)
def test_each_broken_promise_is_one_complaint(row: Row) -> None:
    assert len(complaints(row)) == 1


def test_a_killed_web_server_may_cut_what_it_worked_on_and_answer_nothing_wrong() -> None:
    row = sampled(replace(BORNE, kind=Kind.WEB), "/healthz", CUT)
    assert complaints(row) == []
    assert len(complaints(sampled(row, "/healthz", 500))) == 1


def test_answers_are_counted_by_status_and_page() -> None:
    twice = sampled(BORNE, "/healthz", 200)
    assert twice.answers.splitlines() == [
        "cut: ballot 1",
        "200: /healthz 2, /report/ 1",
        "303: POST /report/ 1",
        "503: /dashboard/ 1",
    ]


@pytest.mark.parametrize(
    ("rows", "board", "audit", "code"),
    [
        ([BORNE], Kept(9, 9), WHOLE, 0),
        ([BORNE, replace(BORNE, reports=Kept(4, 3))], Kept(9, 9), WHOLE, 1),
        ([BORNE], Kept(9, 8), WHOLE, 1),
        ([BORNE], Kept(9, 9), "CommandError: 1 difference", 1),
    ],
)
def test_the_exit_code_is_1_for_any_failure(rows: list[Row], board: Kept, audit: str, code: int) -> None:
    assert judge(rows, board, audit) == code


_ASK = """
import datetime, pickle, time
now = datetime.datetime.now(datetime.UTC)
assert isinstance(datetime.datetime.strptime("2026", "%Y"), datetime.datetime)
assert pickle.loads(pickle.dumps(now + datetime.timedelta(1))) > now
plain = datetime.datetime.utcnow().replace(tzinfo=datetime.UTC)
print(time.time(), now.timestamp(), plain.timestamp(), time.monotonic())
"""


def test_the_wrong_clock_is_wrong_in_every_place_and_leaves_the_monotonic_one() -> None:
    def ask(seconds: int) -> list[float]:
        folder = str(Path(judging.__file__).parent / "clock")
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": folder, "CHAOS_CLOCK_SECONDS": str(seconds)}
        command = [sys.executable, "-W", "ignore", "-c", _ASK]
        return [float(word) for word in subprocess.check_output(command, env=environment, text=True).split()]

    right, wrong = ask(0), ask(3600)
    assert [round((late - early) / 60) for early, late in zip(right, wrong, strict=True)] == [60, 60, 60, 0]
