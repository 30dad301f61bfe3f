"""Links and facts of mails about reports and advisories."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from advisories.publication.exports import announcement, page_url
from advisories.publication.models import Advisory
from advisories.records.content import AdvisoryContent
from advisories.reports.events import ReportEvent
from advisories.reports.links import path_of
from audit.models import Event
from notifications.contents.facts import Facts
from notifications.queries import report_of


def report_page(event: Event) -> str:
    """Return the path of the report, for members."""
    return report_of(event).get_absolute_url()


def reporters_page(event: Event) -> str:
    """Return the reporter's private link as it is in force now; made when the mail is sent, stored nowhere."""
    return path_of(report_of(event))


def flood_facts(events: Sequence[Event]) -> Facts:
    """Return how many reports are new and how many answers came, in words, and the list of reports."""
    reports = sum(event.kind == ReportEvent.REPORT_RECEIVED for event in events)
    answers = len(events) - reports
    counts = [_counted(reports, "new report"), _counted(answers, "new answer")]
    return {
        "news": " and ".join(count for count in counts if count),
        "link": settings.SITE_URL + reverse("reports:list"),
    }


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}" if number else ""


def advisory_page(event: Event) -> str:
    """Return the path of the public page."""
    return page_url(_published(event)).removeprefix(settings.SITE_URL)


def advisory_facts(event: Event) -> Facts:
    """Return the id and the title, which are public by now."""
    content = _published(event)
    return {"psf_id": content.psf_id, "title": content.title}


def announcement_facts(event: Event) -> Facts:
    """Return the announcement as it was previewed, byte for byte."""
    subject, text = announcement(_published(event))
    return {"subject": subject, "text": text}


def _published(event: Event) -> AdvisoryContent:
    return Advisory.objects.published().whole().get(pk=event.target_id).content()
