"""The context of members' pages about reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField
from django.urls import reverse

from advisories.reports.determinations import KINDS
from advisories.reports.enums import UNFINISHED, Determination, ReportPhase
from advisories.reports.models import DEADLINE, Correction, Message, MessageVersion, Report
from advisories.reports.pages.progress import timeline
from advisories.reports.policy import Action, allowed, obstacle
from advisories.reports.queries import corrections_of, related_to
from advisories.reports.registry import ReportStep, remediation
from members.people.policy import Actor
from web.dates import moment_in_words
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


@dataclass(frozen=True)
class ConversationEntry:
    """One message on a report's page."""

    message: Message
    versions: list[MessageVersion]
    is_new: bool
    """Somebody else wrote it since the reader last looked."""
    is_own: bool


def conversation(report: Report, actor: Actor, last_look: datetime | None) -> list[ConversationEntry]:
    """Return the messages with what they said before, oldest first; one query, two with edited ones."""
    messages = list(report.messages.visible_to(actor).select_related("author"))
    edited = [message.pk for message in messages if message.edited_at]
    versions: dict[UUID, list[MessageVersion]] = {}
    for version in MessageVersion.objects.visible_to(actor).filter(message__in=edited) if edited else ():
        versions.setdefault(version.message_id, []).append(version)
    return [
        ConversationEntry(
            message,
            versions.get(message.pk, []),
            last_look is not None and message.sent_at > last_look and not actor.is_person(message.author),
            actor.is_person(message.author),
        )
        for message in messages
    ]


def report_page(report: Report, actor: Actor, now: datetime, last_look: datetime | None = None) -> dict[str, Any]:
    """Return everything on a report's page but the box: two queries, and one each for corrections and edits."""
    entries = conversation(report, actor, last_look)
    actions = allowed(actor, report, now)
    first_new = next((entry.message.pk for entry in entries if entry.is_new), None)
    return {
        "report": report,
        "tone": TONES.get(report.phase, "neutral"),
        "clock": clock_of(report, now),
        "steps": timeline(report, report.phase),
        "next_steps": next_steps(report, actor, now),
        "advisory_facts": remediation().facts(report),
        "conversation": entries,
        "first_new": first_new,
        "new_count": sum(entry.is_new for entry in entries),
        "related": related_to(report, actor),
        "correction": corrections_of(report, actor).first() if report.facts_revision > 1 else None,
        "kind": KINDS[Determination(report.determination)] if report.determination else None,
        "undo_minutes": minutes_to_undo(report, now) if Action.UNDO in actions else 0,
        "can": {action.name.lower(): True for action in actions},
    }


def minutes_to_undo(report: Report, now: datetime) -> int:
    """Return the minutes, begun ones counted whole, in which the last closing can be undone."""
    left = report.undo_until - now if report.undo_until else timedelta(0)
    return max(0, ceil(left / timedelta(minutes=1)))


@dataclass(frozen=True)
class CorrectedFact:
    """What one fact said before a correction."""

    label: str
    before: str


@dataclass(frozen=True)
class CorrectionEntry:
    """One line of the history of facts."""

    correction: Correction
    facts: list[CorrectedFact]


def history_of(corrections: Iterable[Correction], labels: Mapping[str, str]) -> list[CorrectionEntry]:
    """Return corrections with what the facts said before them; `labels` names the facts."""
    return [
        CorrectionEntry(one, [CorrectedFact(labels[name], _in_words(name, text)) for name, text in one.before.items()])
        for one in corrections
    ]


def _in_words(name: str, text: str) -> str:
    """Return a fact of an earlier revision as a reader knows it."""
    field: Any = Report._meta.get_field(name)
    if not text:
        return "nothing"
    if isinstance(field, DateTimeField):
        return moment_in_words(datetime.fromisoformat(text))
    return str(dict(field.choices or ()).get(text, text))


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
            reverse("reports:determine", args=[report.reference]),
            is_done=bool(report.determination),
            whose="the coordinator",
        ),
        *_after_determination(report, actor, now),
    ]


def _after_determination(report: Report, actor: Actor, now: datetime) -> list[ReportStep]:
    """Return the steps that follow triage: those of an advisory, or the wait for another project."""
    if report.phase is not ReportPhase.FORWARDED:
        return list(remediation().next_steps(report, actor, now))
    label = "Record their answer or silence"
    if Action.END_FORWARD in allowed(actor, report, now):
        url = reverse("reports:end_forward", args=[report.reference])
        return [ReportStep(label, "", StepState.CURRENT, url)]
    note = obstacle(Action.END_FORWARD, report, now) or "This is for the coordinator."
    return [ReportStep(label, note, StepState.TODO)]
