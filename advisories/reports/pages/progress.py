"""The progress of a report as a timeline and in words; nothing that its reporter may not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from advisories.reports.enums import Determination, ForwardOutcome, ReportPhase
from advisories.reports.models import Report
from web.dates import day_in_words
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class Progress:
    """The progress of a report, and what happens next and by when, for its reporter."""

    headline: str
    explanation: str
    next: str


def timeline(report: Report, phase: ReportPhase) -> list[TimelineStep]:
    """Return the stages of a report in `phase`: its own, or the one that its reporter may know of."""
    received = TimelineStep("Received", day_in_words(report.received_at), StepState.DONE)
    if phase is ReportPhase.CLOSED:
        return [
            received,
            TimelineStep("Triage", "", StepState.DONE),
            TimelineStep(report.get_determination_display(), day_in_words(report.determined_at), StepState.DONE),
            TimelineStep("Closed", "", StepState.DONE),
        ]
    triage = day_in_words(report.coordinated_at)
    if phase is ReportPhase.FORWARDED:
        return [
            received,
            TimelineStep("Triage", triage, StepState.DONE),
            TimelineStep("Forwarded", day_in_words(report.determined_at), StepState.CURRENT),
            TimelineStep("Closed", "", StepState.TODO),
        ]
    reached = _WAY.index(phase)

    def state(position: int) -> StepState:
        return StepState.DONE if reached > position else StepState.CURRENT if reached == position else StepState.TODO

    is_accepted = phase in (ReportPhase.REMEDIATION, ReportPhase.PUBLISHED)
    accepted = day_in_words(report.determined_at) if is_accepted else ""
    fixing = {ReportPhase.REMEDIATION: StepState.CURRENT, ReportPhase.PUBLISHED: StepState.DONE}
    is_published = phase is ReportPhase.PUBLISHED
    if phase is ReportPhase.RECEIVED:
        received = TimelineStep("Received", day_in_words(report.received_at), StepState.CURRENT)
    return [
        received,
        TimelineStep("Triage", triage, state(1)),
        TimelineStep("Vulnerability", accepted, StepState.DONE if is_accepted else StepState.TODO),
        TimelineStep("Remediation", "", fixing.get(phase, StepState.TODO)),
        TimelineStep(
            "Published",
            day_in_words(report.published_at) if is_published else "",
            StepState.DONE if is_published else StepState.TODO,
        ),
    ]


#: The phases on the way to an advisory.
_WAY = (ReportPhase.RECEIVED, ReportPhase.TRIAGE, ReportPhase.REMEDIATION, ReportPhase.PUBLISHED)

_CLOSED = {
    Determination.ORDINARY_BUG: (
        "It is a bug, but not a vulnerability",
        "It goes on in a public issue.",
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
    Determination.HARDENING: (
        "It is worth a change, but not a vulnerability",
        "An attacker gains nothing by it. It goes on in a public issue, without a CVE ID.",
    ),
    Determination.PRERELEASE: (
        "It is not in a stable release",
        "Prereleases and experimental features get no CVE ID. It goes on in a public issue.",
    ),
    Determination.DISCARDED: (
        "The team has closed it",
        "It describes no potential vulnerability. The team answers nothing more about it.",
    ),
}

_FORWARDED = {
    ForwardOutcome.ANSWERED: "Their maintainers answered, and go on with it.",
    ForwardOutcome.UNKNOWN: "The team knows no maintainers of that software.",
    ForwardOutcome.SILENT: "Their maintainers did not answer.",
}

_STILL_WRONG = "If you think that this is wrong, write to the team below. You need not do anything otherwise."


def progress_of(report: Report, now: datetime) -> Progress:
    """Return what the reporter's page says: a closing that can be undone has not happened for them."""
    by = day_in_words(report.deadline)
    match report.phase_for_reporter(now):
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
        case ReportPhase.FORWARDED:
            return Progress(
                "It belongs to another project",
                "The team passed it on to those who look after that software, and waits for their answer.",
                f"You read here what they say, or that they do not answer. The team aims to be finished by {by}.",
            )
        case ReportPhase.PUBLISHED:
            return _PUBLIC
    return _closed(report)


_PUBLIC = Progress(
    "The advisory is public",
    "Thank you for telling the team first.",
    "Nothing is left to do. You may talk about it now.",
)


def _closed(report: Report) -> Progress:
    if report.released_at:
        return _PUBLIC
    if report.forward_outcome:
        explanation = _FORWARDED[ForwardOutcome(report.forward_outcome)]
        return Progress("It belongs to another project", explanation, _STILL_WRONG)
    headline, explanation = _CLOSED[Determination(report.determination)]
    return Progress(headline, explanation, "" if report.determination == Determination.DISCARDED else _STILL_WRONG)
