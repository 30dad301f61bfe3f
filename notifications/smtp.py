"""The way to the mail server: bounces to an address of their own, and patience after the last byte of a message.

RFC 5321, 4.5.3.2.6 has clients wait ten minutes for the answer to a whole message, because one that gives up earlier
sends it again although it was taken. A task of a worker ends after 110 seconds (CELERY_TASK_TIME_LIMIT), so workers
wait `settings.EMAIL_DATA_TIMEOUT`; whatever sends mail inside a request does not.
"""

from __future__ import annotations

import smtplib
from copy import copy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

_END_OF_DATA = b"\r\n.\r\n"


class _Patience(smtplib.SMTP):
    """A connection that may wait longer for the answer to a message than for any other."""

    data_timeout: float | None = None

    def send(self, s: Any) -> None:
        """Send a command or a message, and set how long the answer may take."""
        super().send(s)
        if self.data_timeout is not None and self.sock is not None:
            is_message = isinstance(s, bytes) and s.endswith(_END_OF_DATA)
            self.sock.settimeout(self.data_timeout if is_message else self.timeout)


class _PatienceOverTLS(_Patience, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's way by SMTP, with the portal's envelope."""

    connection: Any

    def __init__(self, *args: Any, data_timeout: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data_timeout = data_timeout

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the class of the connection."""
        return _PatienceOverTLS if self.use_ssl else _Patience

    def open(self) -> bool | None:
        """Open the connection unless it is open; return whether it was opened now."""
        is_new = super().open()
        if is_new:
            self.connection.data_timeout = self.data_timeout
        return is_new

    def _send(self, email_message: EmailMessage) -> bool:
        return bool(super()._send(_in_envelope(email_message)))  # type: ignore[misc]


def _in_envelope(message: EmailMessage) -> EmailMessage:
    """Return a copy whose bounces go to BOUNCE_ADDRESS and whose answers go to REPLY_ADDRESS, where these are set."""
    sent = copy(message)
    if settings.BOUNCE_ADDRESS:
        sent.extra_headers = {"From": message.from_email, **message.extra_headers}
        sent.from_email = settings.BOUNCE_ADDRESS
    if settings.REPLY_ADDRESS and not message.reply_to:
        sent.reply_to = [settings.REPLY_ADDRESS]
    return sent
