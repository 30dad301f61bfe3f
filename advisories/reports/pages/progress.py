"""The progress of a report as a timeline and in words; nothing that its reporter may not know."""

from __future__ import annotations

from dataclasses import dataclass

from advisories.reports.enums import Determination, ReportPhase
from advisories.reports.models import Report
from web.dates import day_in_words
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class Progress:
    """The progress of a report, and what happens next and by when, for its reporter."""

    headline: str
    explanation: str
    next: str


def timeline(report: Report) -> list[TimelineStep]:
    """Return the five stages of a report; one that is closed ends after four."""
    phase = report.phase
    received = TimelineStep("Received", day_in_words(report.received_at), StepState.DONE)
    if phase is ReportPhase.CLOSED:
        return [
            received,
            TimelineStep("Triage", "", StepState.DONE),
            TimelineStep(report.get_determination_display(), day_in_words(report.determined_at), StepState.DONE),
            TimelineStep("Closed", "", StepState.DONE),
        ]
    reached = list(ReportPhase).index(phase)

    def state(position: int) -> StepState:
        return StepState.DONE if reached > position else StepState.CURRENT if reached == position else StepState.TODO

    determined = StepState.DONE if report.determination else StepState.TODO
    fixing = {ReportPhase.REMEDIATION: StepState.CURRENT, ReportPhase.PUBLISHED: StepState.DONE}
    published = StepState.DONE if phase is ReportPhase.PUBLISHED else StepState.TODO
    if phase is ReportPhase.RECEIVED:
        received = TimelineStep("Received", day_in_words(report.received_at), StepState.CURRENT)
    return [
        received,
        TimelineStep("Triage", day_in_words(report.coordinated_at), state(1)),
        TimelineStep("Vulnerability", day_in_words(report.determined_at), determined),
        TimelineStep("Remediation", "", fixing.get(phase, StepState.TODO)),
        TimelineStep("Published", day_in_words(report.finished_at), published),
    ]


_CLOSED = {
    Determination.ORDINARY_BUG: (
        "It is a bug, but not a vulnerability",
        "It can be reported and fixed in public, in the project’s issue tracker.",
    ),
    Determination.NOT_A_BUG: (
        "It works as it is meant to",
        "The team looked at it and found that this is intended or documented behaviour.",
    ),
    Determination.DUPLICATE: (
        "The team knows of this already",
        "Somebody reported the same before; it is handled there. Please keep it private until an advisory is out.",
    ),
    Determination.INVALID: (
        "The team could not confirm it",
        "What the report describes could not be found or repeated.",
    ),
    Determination.FORWARDED: (
        "It belongs to another project",
        "The team passed it on to those who look after that software.",
    ),
}

_STILL_WRONG = "If you think that this is wrong, write to the team below. You need not do anything otherwise."


def progress_of(report: Report) -> Progress:
    """Return what the reporter's page says."""
    by = day_in_words(report.deadline)
    match report.phase:
        case ReportPhase.RECEIVED:
            return Progress(
                "The team has your report",
                "Nobody outside the team can see it. It waits for a member who takes it on.",
                f"A member reads it and answers here. The team aims to be finished within 90 days, by {by}.",
            )
        case ReportPhase.TRIAGE:
            return Progress(
                "A member of the team is looking at it",
                "They try what you describe and find out whether it is a vulnerability.",
                f"They tell you here what they found, or ask. The team aims to be finished by {by}.",
            )
        case ReportPhase.REMEDIATION:
            return Progress(
                "It is a vulnerability, and it is being fixed",
                "Thank you. Please go on keeping it private until the advisory is out.",
                f"The fix is made and released, and an advisory with a CVE ID is published. The team aims for {by}.",
            )
        case ReportPhase.PUBLISHED:
            return Progress(
                "The advisory is public",
                "Thank you for telling the team first.",
                "Nothing is left to do. You may talk about it now.",
            )
    headline, explanation = _CLOSED[Determination(report.determination)]
    return Progress(headline, explanation, _STILL_WRONG)
