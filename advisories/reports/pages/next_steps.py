"""What can be done to a report next, and why something cannot be done yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from advisories.reports.models import Phase, Report
from advisories.reports.policy import Action, allowed, missing
from members.people.policy import Actor
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class NextStep(TimelineStep):
    """One line of the list; without a `url` it is done, or not the reader's to do now, and `note` says why."""

    url: str = ""
    is_post: bool = False
    """The act needs nothing but a button."""


def next_steps(report: Report, actor: Actor) -> list[NextStep]:
    """From taking the report to publishing; empty once it is finished."""
    if report.phase in {Phase.PUBLISHED, Phase.CLOSED}:
        return []
    actions, draft = allowed(actor, report), report.draft

    def step(action: Action, label: str, name: str, *, is_done: bool, anchor: str = "", whose: str = "") -> NextStep:
        if is_done:
            return NextStep(label, "", StepState.DONE)
        if action not in actions:
            return NextStep(label, missing(action, report) or f"This is for {whose}.", StepState.TODO)
        url = f"#{anchor}" if anchor else reverse(name, args=[report.reference])
        return NextStep(label, "", StepState.CURRENT, url, is_post=name == "reports:coordinate")

    coordinator = "the coordinator"
    return [
        step(Action.COORDINATE, "Take it on", "reports:coordinate", is_done=bool(report.coordinator_id)),
        step(
            Action.DETERMINE,
            "Say what it is",
            "reports:determine",
            is_done=bool(report.determination),
            anchor="determine",
            whose=coordinator,
        ),
        step(
            Action.DRAFT,
            "Write the advisory",
            "publication:draft",
            is_done=draft is not None and not missing_text(report),
            whose=coordinator,
        ),
        step(
            Action.APPROVE,
            "Read and approve it",
            "publication:preview",
            is_done=draft is not None and draft.approved_at is not None,
            whose="a second member",
        ),
        step(Action.PUBLISH, "Publish it", "publication:publish", is_done=False, whose=f"{coordinator} or an admin"),
    ]


def missing_text(report: Report) -> str:
    """What the draft still lacks before it can be read and approved."""
    is_approved = report.draft is not None and report.draft.approved_at is not None
    return "" if is_approved else missing(Action.APPROVE, report)
