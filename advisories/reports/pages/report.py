"""What the templates of members' pages are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.forms import Form

from advisories.publication import exports
from advisories.publication.drafting import Draft
from advisories.publication.models import Advisory
from advisories.publication.pages.presentation import present
from advisories.publication.preflight import checklist
from advisories.publication.workflow import as_published, next_number
from advisories.reports.forms.triage import DetermineForm, EmbargoForm, HandOverForm, MessageForm, NoteForm
from advisories.reports.models import DEADLINE, Phase, Report
from advisories.reports.pages.next_steps import next_steps
from advisories.reports.pages.progress import steps
from advisories.reports.policy import Action, allowed, missing
from members.people.policy import Actor

#: The badge's tone of each phase.
TONES = {Phase.RECEIVED: "accent", Phase.PUBLISHED: "good"}


@dataclass(frozen=True)
class Clock:
    """Day N of 90, for a badge and a bar."""

    day: int
    most: int
    label: str
    tone: str


def clock_of(report: Report, now: datetime) -> Clock:
    """How much of the 90 days is used."""
    day, left = report.day(now), report.days_left(now)
    if report.finished_at:
        return Clock(day, DEADLINE.days, f"Finished on day {day}", "good" if left > 0 else "neutral")
    if left <= 0:
        return Clock(day, DEADLINE.days, f"Day {day}: {1 - left} over", "critical")
    return Clock(day, DEADLINE.days, f"Day {day} of {DEADLINE.days}", "now" if report.is_urgent(now) else "neutral")


@dataclass(frozen=True)
class Row:
    """One report in the list."""

    report: Report
    clock: Clock
    tone: str
    is_idle: bool


def row_of(report: Report, now: datetime) -> Row:
    """The report with what the list shows of its urgency."""
    return Row(report, clock_of(report, now), TONES.get(report.phase, "neutral"), report.is_idle(now))


def report_page(report: Report, actor: Actor, now: datetime, bound: Form | None = None) -> dict[str, Any]:
    """Everything on a report's page; `bound` is the form that was sent and refused, with what was typed."""
    forms: dict[str, Form] = {
        "note": NoteForm(),
        "message": MessageForm(),
        "hand_over": HandOverForm(report=report, now=now),
        "embargo": EmbargoForm(initial={"until": report.embargo_until}),
        "determine": DetermineForm(report=report, actor=actor),
    }
    refused = ""
    for name, form in forms.items():
        if bound is not None and type(bound) is type(form):
            forms[name], refused = bound, name
    return {
        "report": report,
        "tone": TONES.get(report.phase, "neutral"),
        "clock": clock_of(report, now),
        "steps": steps(report),
        "next_steps": next_steps(report, actor),
        "conversation": report.messages.visible_to(actor).select_related("author"),
        "can": {action.name.lower(): True for action in allowed(actor, report)},
        "forms": forms,
        "refused": refused,
        "may_draft": Action.DRAFT in allowed(actor, report),
    }


def draft_of(report: Report) -> Draft | None:
    """What the draft of this report says; one query for it and one for its credits."""
    if report.draft is None:
        return None
    whole = Advisory.objects.system("the draft of a report that came by its own door").whole().get(pk=report.draft.pk)
    return Draft.of(whole.content(), credits_settled=whole.credits_settled)


def preview_page(report: Report, actor: Actor, now: datetime) -> dict[str, Any]:
    """What publishing the draft now would make, and what is missing."""
    whole = Advisory.objects.system("the draft of a report that came by its own door").whole().get(report=report)
    content = as_published(whole, now, next_number(now.year))
    actions = allowed(actor, report)
    return {
        "report": report,
        "draft": report.draft,
        "advisory": present(content),
        "outputs": exports.outputs(content),
        "checklist": checklist(whole),
        "can": {action.name.lower(): True for action in actions},
        "not_yet": missing(Action.PUBLISH, report),
        "announce_address": settings.ANNOUNCE_ADDRESS,
    }
