"""What waits for one member in this app, for the dashboard. Two queries, however many reports."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from advisories.reports.models import IDLE, Report
from advisories.reports.policy import Action, allowed
from members.people.policy import Actor
from members.people.registry import OpenWork
from web.waiting import Waiting

#: More than that is no list of things to do; the list of reports has the rest.
MOST = 50


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """Reports that nobody has taken, the actor's own, drafts to approve; what is due first on top."""
    if not actor.is_member:
        return []
    visible = Report.objects.visible_to(actor).whole().open()
    mine = Q(coordinator=actor.person)
    to_read = Q(advisory__approved_at=None, advisory__isnull=False) & ~Q(advisory__edited_by=actor.person)
    concerned = visible.filter(Q(coordinator=None) | mine | to_read).order_by("received_at", "id")[:MOST]
    items = [_item(report, actor, now) for report in concerned]
    return sorted((item for item in items if item), key=lambda item: item.order)


def open_work_of(person_id: UUID) -> list[OpenWork]:
    """The open reports that somebody coordinates, for the admins who see them leave."""
    reports = Report.objects.system("an offboarding waits for them").whole().open().filter(coordinator=person_id)
    return [
        OpenWork(
            label=report.reference,
            detail=f"{report.get_project_display()} · {report.phase.label.lower()}",
            url=report.get_absolute_url(),
            hand_over_url=f"{report.get_absolute_url()}#hand-over",
        )
        for report in reports.order_by("received_at", "id")
    ]


def open_work_count(field: str) -> Combinable:
    """Return the number of reports that `open_work_of` lists for the person in `field` of the outer query, as SQL."""
    reports = Report.objects.system("an offboarding waits for them").open().filter(coordinator=OuterRef(field))
    counted = reports.order_by().values("coordinator").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _item(report: Report, actor: Actor, now: datetime) -> Waiting | None:
    if report.coordinator is None:
        return _untaken(report, now)
    if Action.APPROVE in allowed(actor, report):
        return _to_approve(report, now)
    return _own(report, actor, now) if actor.is_person(report.coordinator) else None


def _untaken(report: Report, now: datetime) -> Waiting:
    is_idle = report.is_idle(now)
    return Waiting(
        urgency=f"Idle for {(now - report.received_at).days} days" if is_idle else "New",
        tone="now" if is_idle else "accent",
        due=report.received_at + IDLE,
        title=report.summary,
        detail=f"{report.reference} · {report.get_project_display()} · nobody coordinates it",
        url=report.get_absolute_url(),
        action="Look",
    )


def _to_approve(report: Report, now: datetime) -> Waiting:
    return Waiting(
        urgency="To approve",
        tone="now" if report.is_urgent(now) else "accent",
        due=report.deadline,
        title=report.summary,
        detail=f"{report.reference} · the advisory waits for a second member",
        url=reverse("publication:preview", args=[report.reference]),
        action="Read",
    )


def _own(report: Report, actor: Actor, now: datetime) -> Waiting:
    left = report.days_left(now)
    can_publish = Action.PUBLISH in allowed(actor, report)
    stage = "approved, to be published" if can_publish else report.phase.label.lower()
    return Waiting(
        urgency=f"{left} {'day' if left == 1 else 'days'} left" if left > 0 else f"{1 - left} days over",
        tone="now" if report.is_urgent(now) else "accent",
        due=report.deadline,
        title=report.summary,
        detail=f"{report.reference} · yours · {stage}",
        url=reverse("publication:publish", args=[report.reference]) if can_publish else report.get_absolute_url(),
        action="Publish" if can_publish else "Continue",
    )
