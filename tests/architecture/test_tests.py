"""The guarantees of tests/plugin.py and tests/conftest.py that every test relies on."""

from __future__ import annotations

import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction

from audit.log import record
from audit.models import Event
from tests import machine
from tests.architecture.source import ROOT
from tests.mail import SmtpSink
from tests.plugin import OutsideWorldError


class Happening(StrEnum):
    SOMETHING = "something:happened"


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(OutsideWorldError):
        socket.create_connection((host, 80), timeout=0.1)


def test_the_settings_are_those_of_the_run() -> None:
    assert settings.ROOT_URLCONF == "psrt_portal.urls"
    assert settings.DEBUG is False
    assert str(settings.VAR_DIR.resolve()).startswith(f"{Path(tempfile.gettempdir()).resolve()}/psrt-tests-")
    assert settings.GITHUB_CLIENT_ID == ""


def test_a_machine_that_gives_a_process_no_cores_of_its_own_has_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert machine.cores() == 8
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.cores() == 1


def test_a_process_is_found_by_its_command_and_its_environment() -> None:
    with subprocess.Popen(["sleep", "61"], env={"PATH": os.environ["PATH"], "MARK": "a folder"}) as sleeper:
        [found] = [process for process in machine.processes() if process.pid == sleeper.pid]
        sleeper.kill()
    assert (found.command, "MARK=a folder" in found.environment) == ("sleep 61 ", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_leaves_nothing_and_the_log_still_refuses(turn: str) -> None:
    assert Event.objects.count() == 0
    assert cache.get("left-behind") is None
    cache.set("left-behind", turn)
    with transaction.atomic():
        record(Happening.SOMETHING, target=Event(), by=None)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Event.objects.update(kind="something:else")


def test_the_mail_server_records_and_misbehaves_on_request(smtp_sink: SmtpSink) -> None:
    smtp_sink.refused = {"gone@example.org"}
    smtp_sink.busy = {"later@example.org"}
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.sendmail("a@example.org", ["reader@example.org"], b"Message-ID: <1@example.org>\r\n\r\nHello\r\n")
        for address, code in (("gone@example.org", 550), ("later@example.org", 451)):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
                client.sendmail("a@example.org", [address], b"\r\nHello\r\n")
            assert refusal.value.recipients[address][0] == code
    assert [one.message_id for one in smtp_sink.to("reader@example.org")] == ["<1@example.org>"]
    smtp_sink.down()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", smtp_sink.port)


@pytest.fixture
def folder_of_servers() -> Iterator[Path]:
    """Not below pytest's own folder: PostgreSQL's user must get through."""
    with tempfile.TemporaryDirectory(prefix="psrt-tests-") as name:
        yield Path(name)


def test_servers_end_with_a_run_that_is_killed(folder_of_servers: Path) -> None:
    code = (
        f"import pathlib, time; from tests import servers; folder = pathlib.Path({str(folder_of_servers)!r}); "
        "server = servers.postgresql(folder); server.start(); print(server.url(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        address = run.stdout.readline().strip()
        psycopg.connect(address).close()
        run.kill()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.1)
    pytest.fail("the server outlived the run that started it")
