"""Links and facts of mails about incoming mail."""

from __future__ import annotations

from django.urls import reverse

from audit.models import Event
from notifications.contents.facts import Facts
from notifications.queries import incoming_of


def inbox_page(_event: Event) -> str:
    """Return the path of the inbox."""
    return reverse("inbox:list")


def report_form(_event: Event) -> str:
    """Return the path of the public form."""
    return reverse("intake:new")


def answer_facts(event: Event) -> Facts:
    """Return the text that an admin wrote for the sender, who alone gets it."""
    return {"text": incoming_of(event).answer}


def number_facts(event: Event) -> Facts:
    """Return the number of the report that the recipient's own mail became; it opens nothing."""
    report = incoming_of(event).report
    return {"reference": report.reference if report else ""}
