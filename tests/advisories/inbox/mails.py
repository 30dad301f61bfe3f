"""Mails as a mail server pipes them, and rows of the inbox."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from advisories.inbox import mime, workflow
from advisories.inbox.models import IncomingAttachment, IncomingMail
from audit import clock

_counter = iter(range(1, 1_000_000))


def raw(
    text: str = "The reader never returns.",
    *,
    subject: str = "A loop in tarfile",
    sender: str = "Pavel Duis <pavel@example.org>",
    attached: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """The bytes of one mail; underscores in the names of further headers stand for hyphens."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "security@psrt.example.org"
    message["Subject"] = subject
    message["Date"] = "Thu, 26 Nov 2026 13:02:00 +0000"
    message["Message-ID"] = headers.pop("message_id", f"<{next(_counter)}@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def parsed(content: bytes) -> mime.ParsedMail:
    """What the portal reads in it."""
    return mime.read(content, frozenset({"portal@psrt.example.org"}))


def arrived(text: str = "The reader never returns.", *, days_ago: float = 0, **fields: Any) -> IncomingMail:
    """A mail in the inbox."""
    return piped(raw(text, **fields), days_ago=days_ago)


def piped(content: bytes, *, days_ago: float = 0) -> IncomingMail:
    """The row of these bytes."""
    with clock.pretend(clock.now() - timedelta(days=days_ago)):
        return fresh(workflow.receive(parsed(content), content))


def fresh(mail: IncomingMail) -> IncomingMail:
    """The mail as it is in the database now."""
    return IncomingMail.objects.system("a test looks").select_related("report", "handled_by").get(pk=mail.pk)


def files_of(mail: IncomingMail) -> list[IncomingAttachment]:
    """Its attachments."""
    return list(mail.attachments.system("a test looks"))


def settled(mail: IncomingMail) -> IncomingMail:
    """The mail after the time to take its handling back is over."""
    IncomingMail.objects.system("a test lets time pass").filter(pk=mail.pk).exclude(handling="").update(
        settles_at=clock.now()
    )
    workflow.settle(mail.pk)
    return fresh(mail)
