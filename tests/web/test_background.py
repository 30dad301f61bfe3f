"""Hints to workers, and work of which one failure stops nothing else.

That a real broker is asked, and what happens when it is away, is tested in tests/notifications/test_tasks.py.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from members.people.models import Person
from psrt_portal.logs import Formatter
from tests.architecture.source import app_modules
from web import background
from web.background import after_commit, attempt, hint, hint_on_commit

PK = "00000000-0000-0000-0000-000000000001"


class Task:
    """A task that notes its hints, or fails as a broker does."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.hints: list[tuple[Any, ...]] = []

    def apply_async(self, *, args: tuple[Any, ...], retry: bool, ignore_result: bool) -> None:
        assert (retry, ignore_result) == (False, True)
        self.hints.append(args)
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def _willing_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_broker_rests_until", 0.0)


def test_a_hint_has_the_arguments_of_the_task() -> None:
    task = Task()
    hint(task, PK, "now")
    hint(task)
    assert task.hints == [(PK, "now"), ()]


@pytest.mark.parametrize("error", [OperationalError("away"), RedisConnectionError("away"), TimeoutError("away")])
def test_a_broker_that_took_no_hint_is_left_alone_until_the_next_sweep(
    error: Exception, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SWEEP_SECONDS = 60
    start, task = time.monotonic(), Task(error)
    for _ in range(3):
        hint(task, PK)
    assert task.hints == [(PK,)]
    assert caplog.messages == [f"the broker took no hint ({type(error).__name__}); the sweep finds the rows"]
    monkeypatch.setattr(time, "monotonic", lambda: start + 59)
    hint(task, PK)
    assert len(task.hints) == 1
    monkeypatch.setattr(time, "monotonic", lambda: start + 62)
    task.error = None
    hint(task, PK)
    hint(task, PK)
    assert len(task.hints) == 3


def test_a_programming_error_is_not_taken_for_a_missing_broker() -> None:
    with pytest.raises(TypeError):
        hint(Task(TypeError("a defect")))


def test_a_hint_waits_for_the_commit(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    task = Task()
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            hint_on_commit(task, PK)
        assert task.hints == []
    assert task.hints == [(PK,)]


def test_without_a_transaction_a_hint_is_given_at_once(transactional_db: None) -> None:
    task = Task()
    hint_on_commit(task, PK)
    assert task.hints == [(PK,)]


def test_no_hint_is_given_after_a_rollback(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    task = Task()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        hint_on_commit(task, PK)
        transaction.set_rollback(True)
    assert task.hints == []


def test_a_verb_that_succeeds_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    done: list[object] = []
    with caplog.at_level(logging.DEBUG, logger="web.background"):
        assert attempt(done.append, "a thing") is True
    assert (done, caplog.messages) == (["a thing"], [])


@pytest.mark.parametrize("thing", [Person(pk=UUID(PK), name="Ada Secret"), UUID(PK), PK])
def test_a_failure_is_logged_by_its_class_and_nothing_of_its_message(
    thing: object, caplog: pytest.LogCaptureFixture
) -> None:
    def count_votes(thing: object) -> None:
        raise LookupError("row of Ada Secret")

    assert attempt(count_votes, thing) is False
    assert caplog.record_tuples == [
        ("web.background", logging.ERROR, f"count_votes of {PK} failed with LookupError"),
    ]
    line = Formatter(as_json=True).format(caplog.records[0])
    assert ("Secret" in line, json.loads(line)["exception"][0]["class"]) == (False, "LookupError")


def test_an_attempt_does_not_catch_what_ends_the_process() -> None:
    def stop(_thing: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(stop, PK)


def test_what_fails_after_a_commit_is_logged_and_reaches_nobody(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail(word: str) -> None:
        done.append(word)
        raise RuntimeError("Acquire on closed pool")

    with transaction.atomic():
        after_commit(fail, "first")
        after_commit(done.append, "second")
        assert done == []
    after_commit(fail, "without a transaction")
    assert done == ["first", "second", "without a transaction"]
    assert [record.levelname for record in caplog.records if record.name == "django.db.backends.base"] == ["ERROR"] * 2


@pytest.mark.lint
def test_only_one_function_asks_for_what_comes_after_a_commit() -> None:
    assert [module.name for module in app_modules() if "on_commit(" in module.text.replace("hint_on_commit(", "")] == [
        "web/background.py"
    ]
