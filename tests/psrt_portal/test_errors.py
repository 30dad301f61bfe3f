"""The pages of errors: a 500 with the id of its line in the log, a 503 where the database is away, and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import structlog
from django.db.utils import DataError, InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from advisories.publication import queries
from advisories.reports.views import intake
from psrt_portal import errors, metrics, middleware
from psrt_portal.postgresql.waiting import is_outage
from tests.cast import Browse, Cast
from tests.factories import PASSWORD
from web import refusals
from web.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Refusal]:
    """What was refused, as somebody hears who counts."""
    kinds: list[Refusal] = []
    monkeypatch.setattr(refusals, "_counters", [])
    refusals.register(kinds.append)
    return kinds


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_args: Any, **_options: Any) -> Any:
        raise error

    return fail


def wrapped(cause: psycopg.Error, error: Exception | None = None) -> Exception:
    """An error as Django raises it for one of psycopg's."""
    error = error or OperationalError("canary")
    error.__cause__ = cause
    return error


OUTAGES = [
    OperationalError("connection refused"),
    InterfaceError("connection already closed"),
    psycopg.OperationalError("gone"),
    wrapped(psycopg.errors.LockNotAvailable()),
    wrapped(psycopg.errors.QueryCanceled()),
    wrapped(psycopg.errors.TooManyConnections()),
    wrapped(psycopg.errors.AdminShutdown()),
    wrapped(psycopg.errors.DiskFull()),
    wrapped(psycopg.errors.DeadlockDetected()),
    wrapped(psycopg.errors.ReadOnlySqlTransaction(), DataError("read-only")),
]
FAULTS = [
    ValueError("canary"),
    DataError("canary"),
    wrapped(psycopg.errors.ProgramLimitExceeded()),
    wrapped(psycopg.errors.UndefinedTable(), DataError("canary")),
]


@pytest.mark.parametrize(
    ("error", "status"), [*((error, 503) for error in OUTAGES), *((error, 500) for error in FAULTS)], ids=repr
)
def test_what_may_be_well_later_is_a_503_and_a_fault_of_ours_a_500(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "latest", failing(error))
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer.get("Retry-After")) == (status, "30" if status == 503 else None)
    assert answer["Cache-Control"] == "no-store, private"
    assert is_outage(error) == (status == 503)
    assert "canary" not in answer.content.decode()


def test_the_page_of_a_500_shows_the_id_of_its_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bound: list[dict[str, Any]] = []

    def note(_record: object) -> bool:
        bound.append(structlog.contextvars.get_contextvars())
        return True

    caplog.handler.addFilter(note)
    monkeypatch.setattr(queries, "latest", failing(ValueError("canary")))
    answer = Client(raise_request_exception=False).get("/")
    [shown] = re.findall(r"error <code>([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4})</code>", answer.content.decode())
    assert bound == [{"request": shown, "method": "GET", "view": "home"}]
    assert [(entry.name, entry.levelname, entry.status_code) for entry in caplog.records] == [  # type: ignore[attr-defined]
        ("django.request", "ERROR", 500)
    ]
    Client().get("/healthz")
    assert structlog.contextvars.get_contextvars() == {}


def test_a_page_that_is_rendered_once_follows_the_settings(client: Client, settings: Settings) -> None:
    first, again = (client.get("/nothing-here/").content for _ in range(2))
    settings.PORTAL_NAME = "Another portal"
    other = client.get("/nothing-here/").content
    assert (first == again, b"Another portal" in first, b"Another portal" in other) == (True, False, True)


def test_ids_are_random_and_a_strange_method_is_not_quoted() -> None:
    assert len({middleware._new_id() for _ in range(1000)}) == 1000
    request = type("Request", (), {"method": "CANARY"})
    assert metrics.method_of(request) == "other"  # type: ignore[arg-type]


def test_a_page_that_is_not_there_is_no_line_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/nowhere/").status_code == 404
    assert caplog.records == []


@pytest.mark.parametrize(
    ("name", "value", "label", "is_text", "rows"),
    [
        ("credit_as", "Ada", "Credit as", True, 1),
        ("description", "one\ntwo", "Description", True, 2),
        ("description", "x" * 5000, "Description", True, 12),
        ("email", "", "Email", False, 1),
        ("once", "7ab7d72a-e1cd-4d78-96ab-c2d078574820", "Once", False, 1),
    ],
)
def test_a_kept_field_is_shown_by_its_name_if_somebody_typed_it(
    name: str, value: str, label: str, is_text: bool, rows: int
) -> None:
    field = errors._KeptField(name, value)
    assert (field.label, field.is_text, field.rows) == (label, is_text, rows)


def test_a_form_that_is_too_large_for_the_page_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "within_limit", failing(OperationalError("canary")))
    client = Client(raise_request_exception=False)
    small, large = (client.post("/report/", {"summary": "words of it", "impact": "x" * size}) for size in (9, 200_001))
    assert [answer.status_code for answer in (small, large)] == [503, 503]
    assert ["words of it" in answer.content.decode() for answer in (small, large)] == [True, False]


# -- refusals ----------------------------------------------------------------------------------------------


def test_a_wrong_password_and_too_many_of_them_are_noted(cast: Cast, noted: list[Refusal]) -> None:
    client = Client()
    typed = {"login": cast.mel.user.email, "password": "not the password"}
    for _ in range(6):
        client.post(reverse("account_login"), typed)
    assert noted == [Refusal.PASSWORD] * 5 + [Refusal.TOO_MANY_PASSWORDS]


def test_a_right_password_is_not_noted_and_a_wrong_code_is(cast: Cast, noted: list[Refusal]) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": cast.mel.user.email, "password": PASSWORD})
    assert noted == []
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert noted == [Refusal.CODE]


def test_a_passkey_that_is_none_is_noted(noted: list[Refusal]) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"))
    client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": 1}'})
    assert noted == [Refusal.PASSKEY]


def test_forms_of_others_are_noted(cast: Cast, browse: Browse, noted: list[Refusal]) -> None:
    client = browse(cast.mel)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/profile/edit/", {"name": "canary"}).status_code == 403
    assert client.post("/profile/edit/", {}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert noted == [Refusal.FORM_TOKEN, Refusal.OTHER_SITE]


def test_a_429_is_noted_by_the_name_of_its_view_alone(noted: list[Refusal], caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    answers = [client.post("/report/", {"summary": "canary"}).status_code for _ in range(21)]
    assert (answers[-1], noted, caplog.messages) == (429, [Refusal.TOO_MANY], ["refused: too many requests"])
