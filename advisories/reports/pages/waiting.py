"""Items that wait for one member in this app, for the dashboard and for an offboarding."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.expressions import Combinable
from django.urls import reverse

from advisories.reports.models import IDLE, Report
from advisories.reports.policy import Action, possible
from advisories.reports.queries import OpenReports, heirs, open_reports, open_reports_count, open_reports_of
from advisories.reports.registry import remediation
from audit import clock
from members.people.policy import Actor
from members.people.registry import OpenWork
from web.waiting import Item, Panel, TeamNumber, Waiting


def dashboard_items(actor: Actor, now: datetime) -> list[Item]:
    """Return the reports that wait for the actor, the oldest open ones and their number.

    One query, and none for people who may not see reports.
    """
    if Action.SEE not in possible(actor):
        return []
    reports = open_reports(actor)
    panel = Panel("reports/_open_reports.html", {"rows": rows(reports.oldest, actor, now)})
    return [*waiting_for(actor, now, reports), panel, TeamNumber("Open reports", str(reports.count))]


def rows(reports: list[Report], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return open reports with their age, as the dashboard lists them."""
    return [
        {
            "report": report,
            "day": report.day(now),
            "is_urgent": report.is_urgent(now),
            "is_idle": report.coordinator is None and report.is_idle(now),
            "is_own": actor.is_person(report.coordinator),
        }
        for report in reports
    ]


def waiting_for(actor: Actor, now: datetime, reports: OpenReports) -> list[Waiting]:
    """Return reports that nobody has taken, the actor's own and drafts to approve, most urgent first."""
    items = [_item(report, actor, now) for report in reports.concerned]
    return sorted((item for item in items if item), key=lambda item: item.order)


def open_work_of(person_id: UUID) -> list[OpenWork]:
    """Return the open reports that somebody coordinates, for the admins who see them leave."""
    reports = open_reports_of(person_id)
    found = heirs(reports[0], clock.now()).exclude(pk=person_id) if reports else []
    choices = tuple((str(person.pk), _with_load(person)) for person in found)
    return [
        OpenWork(
            label=report.reference,
            detail=_with_offer(f"{report.project} · {report.phase.label.lower()}", report),
            url=report.get_absolute_url(),
            hand_over_url=f"{report.get_absolute_url()}#hand-over",
            hand_over_action=reverse("reports:hand_over", args=[report.reference]),
            heirs=choices,
        )
        for report in reports
    ]


def _with_offer(detail: str, report: Report) -> str:
    """Return the detail with the offer: the report stays where it is until somebody has agreed to take it."""
    return f"{detail} · offered to {report.offered_to}, who has not answered yet" if report.offered_to else detail


def _with_load(person: Any) -> str:
    """Return the name of somebody who could take a report over, with how many they coordinate."""
    return f"{person.name}, {person.load} open {'report' if person.load == 1 else 'reports'}"


def open_work_count(field: str) -> Combinable:
    """Return the number of reports that `open_work_of` lists for the person in `field` of the outer query, as SQL."""
    return open_reports_count(field)


def urgency_of(report: Report, now: datetime) -> str:
    """Return how long the coordinator has, as a badge says it."""
    left = report.days_left(now)
    return f"{left} {'day' if left == 1 else 'days'} left" if left > 0 else f"{1 - left} days over"


def _item(report: Report, actor: Actor, now: datetime) -> Waiting | None:
    if actor.is_person(report.offered_to):
        return _offered(report)
    if report.coordinator is None:
        return _untaken(report, now)
    if item := remediation().waiting(report, actor, now):
        return item
    return _own(report, now) if actor.is_person(report.coordinator) else None


def _untaken(report: Report, now: datetime) -> Waiting:
    is_idle = report.is_idle(now)
    return Waiting(
        urgency=f"Idle for {(now - report.received_at).days} days" if is_idle else "New",
        tone="now" if is_idle else "accent",
        due=report.received_at + IDLE,
        title=report.summary,
        detail=f"{report.reference} · {report.project} · nobody coordinates it",
        url=report.get_absolute_url(),
        action="Look",
    )


def _offered(report: Report) -> Waiting:
    asked = "you are asked to coordinate it"
    return Waiting(
        urgency="Asked",
        tone="now",
        due=(report.offered_at or report.received_at) + IDLE,
        title=report.summary,
        detail=f"{report.reference} · {report.project} · {asked}",
        url=report.get_absolute_url(),
        action="Answer",
    )


def _own(report: Report, now: datetime) -> Waiting:
    return Waiting(
        urgency=urgency_of(report, now),
        tone="now" if report.is_urgent(now) else "accent",
        due=report.deadline,
        title=report.summary,
        detail=_with_offer(f"{report.reference} · yours · {report.phase.label.lower()}", report),
        url=report.get_absolute_url(),
        action="Continue",
    )
