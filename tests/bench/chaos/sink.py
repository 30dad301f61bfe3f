"""A mail server that can also refuse everybody, in two ways that are no fault of the mail."""

from __future__ import annotations

import itertools

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail import SmtpSink


class ChaosSink(SmtpSink):
    """`refuses` everything: every second time the sender for good (554), as a server that does not know the portal
    does, else the recipient for the moment (451), as one that is overloaded does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False
        self._turn = itertools.count()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses and next(self._turn) % 2:
            return "554 5.7.1 relay access denied"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return "451 4.3.2 try again later"
        return await super().handle_RCPT(server, session, envelope, address, options)
