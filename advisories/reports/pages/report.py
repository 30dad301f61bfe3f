"""The context of members' pages about reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from advisories.reports.enums import UNFINISHED, ReportPhase
from advisories.reports.models import DEADLINE, Report
from advisories.reports.pages.progress import timeline
from advisories.reports.policy import Action, allowed, obstacle
from advisories.reports.registry import ReportStep, remediation
from members.people.policy import Actor
from web.timeline import StepState

#: The badge's tone of each phase; neutral for the others.
TONES = {ReportPhase.RECEIVED: "accent", ReportPhase.PUBLISHED: "good"}


@dataclass(frozen=True)
class ReportClock:
    """Day N of 90, for a badge and a bar."""

    day: int
    most: int
    label: str
    tone: str


def clock_of(report: Report, now: datetime) -> ReportClock:
    """Return how much of the 90 days is used."""
    day, left = report.day(now), report.days_left(now)
    if report.finished_at:
        return ReportClock(day, DEADLINE.days, f"Finished on day {day}", "good" if left > 0 else "neutral")
    if left <= 0:
        return ReportClock(day, DEADLINE.days, f"Day {day}: {1 - left} over", "critical")
    return ReportClock(
        day, DEADLINE.days, f"Day {day} of {DEADLINE.days}", "now" if report.is_urgent(now) else "neutral"
    )


@dataclass(frozen=True)
class ReportRow:
    """One report in the list."""

    report: Report
    clock: ReportClock
    tone: str
    is_idle: bool


def row_of(report: Report, now: datetime) -> ReportRow:
    """Return the report with what the list shows of its urgency."""
    return ReportRow(report, clock_of(report, now), TONES.get(report.phase, "neutral"), report.is_idle(now))


def report_page(report: Report, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return everything on a report's page but the forms (`forms.triage.forms_of`): one query, for the conversation."""
    return {
        "report": report,
        "tone": TONES.get(report.phase, "neutral"),
        "clock": clock_of(report, now),
        "steps": timeline(report),
        "next_steps": next_steps(report, actor, now),
        "advisory_facts": remediation().facts(report),
        "conversation": report.messages.visible_to(actor).select_related("author"),
        "can": {action.name.lower(): True for action in allowed(actor, report, now)},
    }


def next_steps(report: Report, actor: Actor, now: datetime) -> list[ReportStep]:
    """Return the steps from taking the report to publishing; none once it is finished."""
    if report.phase not in UNFINISHED:
        return []
    actions = allowed(actor, report, now)

    def step(
        action: Action, label: str, url: str, *, is_done: bool, is_post: bool = False, whose: str = ""
    ) -> ReportStep:
        if is_done:
            return ReportStep(label, "", StepState.DONE)
        if action not in actions:
            return ReportStep(label, obstacle(action, report, now) or f"This is for {whose}.", StepState.TODO)
        return ReportStep(label, "", StepState.CURRENT, url, is_post=is_post)

    return [
        step(
            Action.COORDINATE,
            "Take it on",
            reverse("reports:coordinate", args=[report.reference]),
            is_done=bool(report.coordinator_id),
            is_post=True,
        ),
        step(
            Action.DETERMINE,
            "Say what it is",
            "#determine",
            is_done=bool(report.determination),
            whose="the coordinator",
        ),
        *remediation().next_steps(report, actor, now),
    ]
