"""The demo's inbox: mail as a mail server pipes it, some of it handled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage

from advisories.inbox import mime
from advisories.inbox import workflow as inbox
from advisories.inbox.models import IncomingMail
from advisories.projects.models import Project
from advisories.reports.models import Report
from audit import clock
from members.people.models import Person
from members.people.policy import actor_of

_HOUR = timedelta(hours=1)
_OVER_READ = """Hello,

when a TLS peer sends an empty certificate chain, getpeercert(True) reads
four bytes past the end of the buffer. I see it under a sanitizer with
3.14.6 on Linux, not on main.

The attached script exits with 1 where it is affected.

Pavel
"""
_EXPIRED = """Dear team, the certificate of one of your sites expires soon. What is your reward for such findings?"""


class InboxHistory:
    """Play mail to the team, after the reports; every method takes how many hours ago it was."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Leave some mail waiting, and let the admins handle the rest."""
        report = Report.objects.system("the demo adds mail to it").order_by("-received_at").first()
        self._arrives(
            50, "Pavel Duis <pavel@example.net>", "Possible buffer over-read in ssl", _OVER_READ, "poc_empty_chain.py"
        )
        if report:
            self._arrives(20, "Robin Reporter <robin@example.net>", f"Re: {report.reference}: any news?", "Any news?")
        for number in range(4):
            self._arrives(9, f"scanner{number}@example.net", "Security certificate expired", _EXPIRED)
        self._arrives(3, "Noor Fugiat <noor@example.net>", "Where do I report a bug in pip?", "Where do I report it?")
        self._arrives(2, "MAILER-DAEMON@example.net", "Undelivered mail", "The address does not exist.")
        self._handle()

    def _handle(self) -> None:
        ada, bruno = (actor_of(self.people[name], self.now.date()) for name in ("ada", "bruno"))
        filed = self._arrives(30, "Ola Sint <ola@example.net>", "A loop in a parser", "A nested list never ends.")
        discarded = self._arrives(26, "sales@example.net", "Vendor questionnaire", "Please fill in the attached sheet.")
        with clock.pretend(self.now - 28 * _HOUR):
            inbox.file(
                filed, Project.objects.get(pk="cpython"), "A nested list never ends", tells_sender=True, by=bruno
            )
        with clock.pretend(self.now - 27 * _HOUR):
            inbox.settle(filed.pk)
        with clock.pretend(self.now):
            inbox.discard([discarded], by=ada)

    def _arrives(self, hours: float, sender: str, subject: str, text: str, attached: str = "") -> IncomingMail:
        message = EmailMessage()
        message["From"], message["Subject"] = sender, subject
        message["Message-ID"] = f"<demo-{hours}-{sender.split('@')[0].split('<')[-1]}@example.net>"
        message.set_content(text)
        if attached:
            message.add_attachment(b"import ssl\n", maintype="text", subtype="x-python", filename=attached)
        raw = message.as_bytes()
        with clock.pretend(self.now - hours * _HOUR):
            return inbox.receive(mime.read(raw), raw)
