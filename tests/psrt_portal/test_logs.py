"""A line of the log says what and where, and no value that a library, a visitor or a database put into it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import IntegrityError

from psrt_portal import logs
from tests.architecture.source import ROOT

SECRET = "ada@example.org"


def record(name: str, message: str, *args: Any, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, info)
    made.__dict__ |= extra
    return made


def line(*args: Any, **facts: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(logs.Formatter(as_json=True).format(record(*args, **facts)))
    return parsed


def caught(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as one:
        return one


# -- messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message", "args", "said"),
    [
        ("notifications.sending", "delivery %s: sent", (SECRET,), f"delivery {SECRET}: sent"),
        ("urllib3.connectionpool", "GET %s took %.1f s", (SECRET, 1.25), "GET … took 1.2 s"),
        ("celery.beat", "due: %s (%s)", ("close-due-votes", "nominations.tasks.close"), None),
        ("celery.app.trace", "Task %(name)s %(exc)s", ({"name": "a.tasks.b", "exc": SECRET},), "Task a.tasks.b …"),
        ("gunicorn.error", "Worker (pid:%s) was sent %s!", (17, "SIGKILL"), "Worker (pid:17) was sent SIGKILL!"),
        ("gunicorn.error", "Error handling request %s", ("/report/secret",), "Error handling request …"),
        ("urllib3", "host.name is %s", ("mail.internal.example",), "host.name is …"),
        ("gunicorn.error", f"Invalid request from ip={SECRET}: x", (), "(a message with values)"),
        ("gunicorn.error", "a broken %s and %s", (SECRET,), "a broken %s and %s"),
    ],
)
def test_a_library_is_quoted_without_its_values(name: str, message: str, args: tuple[Any, ...], said: str) -> None:
    assert line(name, message, *args)["event"] == (said or message % args)


def test_a_message_without_values_is_kept_as_the_code_has_it() -> None:
    assert line("gunicorn.error", "Worker failed to boot.")["event"] == "Worker failed to boot."  # it stands here


def test_an_answer_of_django_is_named_by_its_status_and_not_by_its_path() -> None:
    found = line("django.request", "%s: %s", "Internal Server Error", "/report/secret/", status_code=500)
    assert (found["event"], found["status"], "secret" in str(found)) == ("Internal Server Error", 500, False)


# -- exceptions --------------------------------------------------------------------------------------------


def test_an_exception_is_its_class_its_frames_and_its_causes() -> None:
    error = caught(IntegrityError(SECRET), caught(psycopg.errors.UniqueViolation(SECRET)))
    found = line("web.x", "it failed", error=error)["exception"]
    assert [(one["class"], one.get("sqlstate")) for one in found] == [
        ("django.db.utils.IntegrityError", None),
        ("psycopg.errors.UniqueViolation", "23505"),
    ]
    assert [frame.rpartition(":")[2] for frame in found[0]["frames"]] == ["caught"]
    assert found[0]["frames"][0].startswith("tests/psrt_portal/test_logs.py:")
    assert SECRET not in json.dumps(found)


def test_a_wrong_setting_says_which_because_nobody_could_mend_it_otherwise() -> None:
    [found] = logs.chain(caught(ImproperlyConfigured("MAIL_FROM is not set")))
    assert found["says"] == "MAIL_FROM is not set"


def test_a_recursion_and_a_long_chain_are_cut() -> None:
    def deeper(rest: int) -> None:
        if not rest:
            raise LookupError
        deeper(rest - 1)

    with pytest.raises(LookupError) as raised:
        deeper(200)
    [found] = logs.chain(raised.value)
    assert (len(found["frames"]), found["frames"][-1].rpartition(":")[2]) == (30, "deeper")
    error = caught(ValueError())
    for _ in range(9):
        error = caught(ValueError(), error)
    assert len(list(logs.chain(error))) == 5


@pytest.mark.parametrize(("error", "is_quoted"), [(KeyError("which"), True), (IntegrityError("which"), False)])
def test_who_develops_reads_the_message_but_not_a_databases(error: Exception, is_quoted: bool) -> None:
    text = logs.Formatter(as_json=False).format(record("web.x", "it failed", error=caught(error)))
    assert "tests/psrt_portal/test_logs.py:" in text
    assert type(error).__name__ in text
    assert ("which" in text) == is_quoted


# -- what nothing has caught -------------------------------------------------------------------------------

_DIES = """
import sys, threading, warnings
from psrt_portal import logs
logs.configure(logs.settings_for(is_production=True))
def fail(): raise ValueError("ada@example.org")
warnings.warn("ada@example.org")
thread = threading.Thread(target=fail); thread.start(); thread.join()
import logging; logging.getLogger("web.x").warning("%d", "ada@example.org")
fail()
"""


def test_what_nothing_has_caught_is_a_line_without_values_as_well() -> None:
    done = subprocess.run([sys.executable, "-c", _DIES], cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(text) for text in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [one["event"].partition(" at ")[0] for one in found] == [
        "UserWarning",
        "an exception ended a thread",
        "an exception ended this process",
    ]
    assert "ada" not in done.stderr


def test_who_stops_a_command_by_hand_reads_what_python_says(capsys: pytest.CaptureFixture[str]) -> None:
    logs._uncaught(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == "KeyboardInterrupt\n"
