"""How a request waits for the database; tests/services/test_outages.py freezes a real one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from psrt_portal.postgresql import waiting
from psrt_portal.postgresql.waiting import Circuit, UnansweredError, circuit, within
from tests.workers import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    circuit.close()
    connection.close()


def sleep(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_the_time_of_a_request_ends_a_statement_and_closes_its_connection() -> None:
    sleep(0)
    began = time.monotonic()
    with within(0.5), pytest.raises(OperationalError) as raised:
        sleep(5)
    assert isinstance(raised.value.__cause__, UnansweredError)
    assert time.monotonic() - began < 2
    assert connection.connection.closed
    assert not circuit._until  # a slow statement is no outage
    connection.close()
    sleep(0)


def test_outside_of_a_request_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.1)
    sleep(0.6)
    assert not waiting.is_limited()


def test_an_inner_time_does_not_lengthen_the_outer_one() -> None:
    with within(0.3), within(60), pytest.raises(OperationalError):
        sleep(5)


def test_a_statement_that_takes_longer_than_patience_is_waited_for_while_the_server_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.2)
    with within(5):
        sleep(1)
    assert not circuit._until


def test_a_server_that_does_not_answer_anybody_is_given_up_and_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(waiting, "REST_SECONDS", 60)
    monkeypatch.setattr(waiting.Connection, "_is_server_there", lambda _self, _seconds: False)
    sleep(0)
    before = circuit.breaks
    with within(5), pytest.raises(OperationalError):
        sleep(3)
    assert circuit.breaks == before + 1
    connection.close()
    with within(5), pytest.raises(OperationalError, match="does not answer"):
        sleep(0)


def test_with_too_little_time_left_no_connection_is_begun() -> None:
    connection.close()
    with within(waiting.CONNECT_SECONDS - 0.5), pytest.raises(OperationalError, match="no time left"):
        sleep(0)


def test_a_page_whose_database_does_not_answer_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "REST_SECONDS", 60)
    circuit.open()
    connection.close()
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert Client().get("/healthz").status_code == 200
    circuit.close()
    assert Client().get("/").status_code == 200


# -- the circuit -------------------------------------------------------------------------------------------


def test_while_nobody_answers_one_at_a_time_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    one = Circuit()
    one.require()
    one.open()
    with pytest.raises(UnansweredError):
        one.require()
    now += waiting.REST_SECONDS + 0.1
    one.require()  # this one tries
    with pytest.raises(UnansweredError):
        one.require()
    now += 6  # it never came back
    one.require()
    one.close()
    one.require()


# -- asking whether the server is there --------------------------------------------------------------------


def test_a_server_answers_without_a_sign_in_and_a_silent_or_missing_one_does_not(tmp_path: Path) -> None:
    with waiting.Connection.connect(database_url()) as real:
        assert real._is_server_there(1.0)
    for path, listens in ((tmp_path / ".s.PGSQL.1", True), (tmp_path / "nothing", False)):
        with socket.socket(socket.AF_UNIX) as server:
            if listens:
                server.bind(str(path))
                server.listen(1)
            began = time.monotonic()
            with pytest.raises((TimeoutError, FileNotFoundError)):
                _ask(str(tmp_path), 1 if listens else 2)
            assert time.monotonic() - began < 1


def _ask(folder: str, port: int) -> bytes:
    with waiting._open(folder, port, 0.3) as probe:
        probe.sendall(waiting._SSL_REQUEST)
        return probe.recv(1)


def test_a_server_is_asked_over_tcp_as_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.sendall(b"N")

        answering = threading.Thread(target=answer)
        answering.start()
        with waiting._open("127.0.0.1", port, 1.0) as probe:
            assert probe.recv(1) == b"N"
        answering.join()


def test_a_refusal_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep(0)
    monkeypatch.setattr(circuit, "_until", time.monotonic() - 1)  # one may try
    with within(5), connection.cursor() as cursor, pytest.raises(psycopg.errors.UndefinedTable):
        cursor.connection.execute("SELECT * FROM nowhere")
    assert not circuit._until
