"""``manage.py receive_mail``: take one mail from standard input, for a mail server's pipe."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from advisories.inbox import mime, workflow

logger = logging.getLogger(__name__)

#: Seconds for taking a mail apart; one that needs longer is kept as it came.
READ_SECONDS = 20


class TooSlow(Exception):  # noqa: N818  says what it was
    """A mail takes too long to be read."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` inside the block when it takes longer."""

    def ring(_signal: int, _frame: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Command(BaseCommand):
    """Take one mail."""

    help = (
        "Read one mail from standard input into the inbox. Exit codes are those of sysexits.h: 0 taken, 65 for an "
        "empty mail, 69 for one larger than INBOX_MESSAGE_BYTES, 75 for everything after which the mail server "
        "should try again."
    )
    # A mail server starts it for each mail: what it needs is checked where the portal starts.
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def handle(self, **_options: Any) -> None:
        """Read, keep, and end with a code that the mail server understands."""
        code = self._take()
        if code != os.EX_OK:
            sys.exit(code)

    def _take(self) -> int:
        most = settings.INBOX_MESSAGE_BYTES
        raw = sys.stdin.buffer.read(most + 1)
        if len(raw) > most:
            self.stderr.write(f"The message is larger than {most} bytes.")
            return os.EX_UNAVAILABLE
        if not raw.strip():
            self.stderr.write("The message is empty.")
            return os.EX_DATAERR
        try:
            mail = self._read(raw)
            workflow.receive(mail, raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong here, the mail itself is not to blame
            # The class only: a message may quote the mail.
            logger.error("a mail was not taken: %s", type(error).__name__)
            self.stderr.write("The portal cannot take mail now.")
            return os.EX_TEMPFAIL
        finally:
            connection.close()
        return os.EX_OK

    def _read(self, raw: bytes) -> mime.ParsedMail:
        own = frozenset(
            parseaddr(address)[1].lower()
            for address in (settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS)
            if address
        )
        with alarm(READ_SECONDS):
            return mime.read(raw, own)
