"""A mail server that records what it is sent and misbehaves on request."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


@dataclass(frozen=True)
class Received:
    """One message, to the recipients of one SMTP transaction."""

    recipients: tuple[str, ...]
    message: EmailMessage
    sender: str = ""
    """Of the envelope: where bounces go."""

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class SmtpSink:
    """Listens on 127.0.0.1; the modes may be changed while it runs.

    ``delay``: seconds before a message is accepted. ``refused``: addresses answered 550.
    ``busy``: addresses answered 451. ``down()`` closes the port, ``up()`` opens the same one again.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.delay = 0.0
        self.refused: set[str] = set()
        self.busy: set[str] = set()
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def up(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[Received]:
        """The mails that one address got."""
        return [one for one in self.received if address in one.recipients]

    def copies(self) -> Counter[str]:
        """The number of copies by Message-ID."""
        return Counter(one.message_id for one in self.received)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such address"
        if address in self.busy:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.delay:
            await asyncio.sleep(self.delay)
        content: Any = envelope.content
        message = message_from_bytes(content, policy=policy.default)
        with self._lock:
            self.received.append(Received(tuple(envelope.rcpt_tos), message, envelope.mail_from or ""))
        return "250 OK"
