"""Mail to the team's public address."""

from __future__ import annotations

from advisories.inbox.events import InboxEvent
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.enums import Mail
from notifications.mails import Route, attention, direct

ROUTES: dict[str, tuple[Route, ...]] = {
    InboxEvent.REMINDED: (attention(who.inbox.who_handles, what.inbox.inbox_page, opens_for=targets.INBOX),),
    InboxEvent.ANSWER_SENT: (
        direct(Mail.INBOX_ANSWER, who.inbox.answered_sender, what.inbox.report_form, what.inbox.answer_facts),
    ),
    InboxEvent.REPORT_MADE: (
        direct(Mail.INBOX_FILED, who.inbox.told_sender, what.inbox.report_form, what.inbox.number_facts),
    ),
}
