"""Audiences of reports and advisories."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from advisories.publication import policy as publication
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory
from advisories.reports import policy as reports
from audit import clock
from audit.models import Event
from notifications.audiences.people import People, nobody, others
from notifications.models import Delivery
from notifications.queries import report_of
from notifications.recipients import ANNOUNCE_KEY, REPORTER_PREFIX, Recipient

#: Members are asked for their approval of one draft at most this often, however often it is edited.
ASK_AGAIN = timedelta(days=1)
_DRAFTED = (AdvisoryEvent.DRAFT_STARTED, AdvisoryEvent.DRAFT_EDITED)


def members_for_triage(event: Event) -> People:
    """Return the people who may see the report, while it is unfinished."""
    report = report_of(event)
    return nobody() if report.finished_at else reports.people_who(reports.Action.SEE, report)


def reporter(event: Event) -> list[Recipient]:
    """Return the reporter at the address they gave, which may be none."""
    report = report_of(event)
    return [Recipient(f"{REPORTER_PREFIX}{report.pk}", report.reporter_email, report.reporter_name)]


def reporter_who_was_told(event: Event) -> list[Recipient]:
    """Return the reporter if they know of the determination that was taken back."""
    return reporter(event) if event.data["was_told"] else []


def offered(event: Event) -> People:
    """Return whoever is asked to coordinate the report, while this event is the one that asks them."""
    report = report_of(event)
    return reports.people_who(reports.Action.ACCEPT, report).filter(pk=event.data["to"])


def coordinator_before(event: Event) -> People:
    """Return the person from whom the report was taken over, while they may see it, unless they did it themselves."""
    before = others(lambda event: reports.people_who(reports.Action.SEE, report_of(event)))(event)
    return before.filter(pk=event.data["before"])


def coordinator(event: Event) -> People:
    """Return the report's coordinator while they may see it."""
    report = report_of(event)
    if report.coordinator_id is None:
        return nobody()
    return reports.people_who(reports.Action.SEE, report).filter(pk=report.coordinator_id)


def coordinator_or_members(event: Event) -> People:
    """Return the coordinator; the whole team while there is none who is still a member and can sign in."""
    people = coordinator(event)
    if people.filter(user__is_active=True).exists():
        return people
    return reports.people_who(reports.Action.SEE, report_of(event))


def second_readers(event: Event) -> People:
    """Return the people who can approve the draft, unless they were asked within `ASK_AGAIN`."""
    if _asked_lately(event):
        return nobody()
    return publication.people_who(publication.Action.APPROVE, report_of(event))


def _asked_lately(event: Event) -> bool:
    earlier = Delivery.objects.filter(
        notice__event__target=event.target, notice__event__kind__in=_DRAFTED, sent_at__gt=clock.now() - ASK_AGAIN
    )
    return earlier.exclude(notice__event=event).exists()


def announce_list(event: Event) -> list[Recipient]:
    """Return the public announcement list for an advisory that is public."""
    if not Advisory.objects.published().filter(pk=event.target_id).exists():
        return []
    return [Recipient(ANNOUNCE_KEY, settings.ANNOUNCE_ADDRESS)]
