"""Events of the inbox and the recipients of their mails."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from advisories.inbox import workflow
from advisories.inbox.events import InboxEvent
from advisories.inbox.models import IncomingMail
from notifications.enums import Mail
from tests.advisories.inbox.mails import arrived, settled
from tests.advisories.projects.making import cpython
from tests.cast import Cast, act_as

SENDER = {"pavel@example.net"}


def written(text: str) -> IncomingMail:
    """A mail of somebody who is nobody of the cast."""
    return arrived(text, sender="Pavel Duis <pavel@example.net>")


def answered(cast: Cast) -> None:
    """Answer a mail, and let the time to take it back pass."""
    settled(workflow.answer([written("Another text.")], "Please use the form.", by=act_as(cast.ada))[0])


def filed(cast: Cast, *, tells_sender: bool = True) -> None:
    """File a mail, and let the time to take it back pass."""
    mail = written("A text.")
    settled(workflow.file(mail, cpython(), "A loop", tells_sender=tells_sender, by=act_as(cast.ada)))


def waits(_cast: Cast) -> None:
    """Let a mail wait too long."""
    arrived("A third text.", days_ago=2)
    workflow.remind()


def live_through(cast: Cast, canary: Callable[[], str]) -> None:
    """Cause every event of the inbox that is mailed, on mail that is full of canaries."""
    for number in range(2):
        mail = arrived(canary(), subject=canary(), sender=f"{canary()} <pavel{number}@example.net>", days_ago=2)
        workflow.remind()
        if number:
            workflow.answer([mail], "Please use the form.", by=act_as(cast.ada))
        else:
            workflow.file(mail, cpython(), canary(), tells_sender=True, by=act_as(cast.ada))
        settled(mail)


Story = tuple[str, StrEnum, Callable[[Cast], Any], dict[str, set[str]]]
STORIES: list[Story] = [
    ("mail waits too long", InboxEvent.REMINDED, waits, {Mail.ATTENTION: {"ada", "abel"}}),
    ("mail answered", InboxEvent.ANSWER_SENT, answered, {Mail.INBOX_ANSWER: SENDER}),
    ("mail filed", InboxEvent.REPORT_MADE, filed, {Mail.INBOX_FILED: SENDER}),
    (
        "mail filed without a word",
        InboxEvent.REPORT_MADE,
        lambda cast: filed(cast, tells_sender=False),
        {Mail.INBOX_FILED: set()},
    ),
]
