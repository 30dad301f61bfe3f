"""``manage.py receive_mail``: what a mail server is told about each mail."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from advisories.inbox import mime, workflow
from advisories.inbox.management.commands import receive_mail
from advisories.inbox.models import IncomingMail
from tests.advisories.inbox.mails import files_of, raw
from tests.architecture.source import ROOT

pytestmark = pytest.mark.django_db


def pipe(monkeypatch: Any, content: bytes) -> int:
    """The exit code for these bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    monkeypatch.setattr(receive_mail, "connection", SimpleNamespace(close=lambda: None))
    try:
        call_command("receive_mail", stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def rows() -> list[IncomingMail]:
    return list(IncomingMail.objects.system("a test looks"))


def test_a_mail_is_taken_and_kept_once(monkeypatch: Any) -> None:
    content = raw()
    assert [pipe(monkeypatch, content) for _ in range(2)] == [os.EX_OK, os.EX_OK]
    assert [(mail.subject, mail.size) for mail in rows()] == [("A loop in tarfile", len(content))]


@pytest.mark.parametrize("size", [60_000, 18_000_000])
def test_large_mails_are_taken_whole(monkeypatch: Any, size: int) -> None:
    """As base64 the larger one is 25 MB."""
    assert pipe(monkeypatch, raw(attached={"core.bin": b"\x01" * size})) == os.EX_OK
    assert [file.size for file in files_of(rows()[0])] == [size]


def test_a_mail_beyond_the_limit_is_refused_for_good_and_written_nowhere(
    monkeypatch: Any, settings: Any, inbox_dir: Path
) -> None:
    settings.INBOX_MESSAGE_BYTES = 1000
    assert pipe(monkeypatch, raw("x" * 1001)) == os.EX_UNAVAILABLE
    assert (rows(), inbox_dir.exists()) == ([], False)


@pytest.mark.parametrize("content", [b"", b"\n\n \n"])
def test_an_empty_mail_is_refused_for_good(monkeypatch: Any, content: bytes) -> None:
    assert (pipe(monkeypatch, content), rows()) == (os.EX_DATAERR, [])


@pytest.mark.parametrize("error", [OperationalError("away"), OSError("disk full"), RuntimeError("ours")])
def test_whatever_is_wrong_here_the_mail_server_tries_again(
    monkeypatch: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(workflow, "receive", fail)
    assert pipe(monkeypatch, raw(subject="Secret")) == os.EX_TEMPFAIL
    assert "ecret" not in caplog.text


def test_a_mail_that_takes_too_long_is_kept_as_it_came(monkeypatch: Any) -> None:
    def forever(*_args: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(receive_mail, "READ_SECONDS", 0.1)
    monkeypatch.setattr(mime, "_read", forever)
    content = raw()
    assert pipe(monkeypatch, content) == os.EX_OK
    assert rows()[0].subject == "(could not be read)"


@pytest.mark.parametrize(("code", "told"), [(0, 0), (65, 65), (69, 69), (75, 75), (1, 75), (127, 75)])
def test_the_script_of_the_pipe_passes_on_the_codes_that_the_portal_chose(tmp_path: Path, code: int, told: int) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    script = shutil.copy(ROOT / "deploy/receive-mail", tmp_path / "deploy/receive-mail")
    python = tmp_path / ".venv/bin/python"
    python.write_text(f"#!/bin/sh\nexit {code}\n")
    python.chmod(0o755)
    assert subprocess.run([script], input=b"x", check=False).returncode == told
