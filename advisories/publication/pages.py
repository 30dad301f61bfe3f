"""The page of an advisory, the preview of a draft, and what publication adds to pages of reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from advisories.publication import exports
from advisories.publication.enums import AdvisoryPhase
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import OTHER_PROJECT, draft_of
from advisories.publication.policy import Action, allowed, allows, obstacle
from advisories.publication.preflight import checklist
from advisories.publication.queries import next_number, with_credits
from advisories.records import cvss, cwe
from advisories.records.content import AdvisoryContent
from advisories.records.parts import Reference
from advisories.records.reading import RecordError
from advisories.records.versions import AffectedRow, rows
from advisories.records.vocabulary import EventKind, RangeType, SeverityType
from advisories.reports.models import Report
from advisories.reports.pages.waiting import urgency_of
from advisories.reports.registry import AdvisoryLink, Fact, Remediation, ReportStep
from members.people.models import Person
from members.people.policy import Actor
from web import markdown
from web.timeline import StepState
from web.waiting import Waiting

# -- the page of an advisory ------------------------------------------------------------------------


#: Enough of a commit to recognise it by.
_SHORT = 10


@dataclass(frozen=True)
class ShownCommit:
    """A commit of a fix, or of the flaw itself; `url` "" when the repository has no pages we know the shape of."""

    short: str
    url: str


@dataclass(frozen=True)
class ShownSeverity:
    """One vector with its score in words; `metrics` is filled for version 4 only."""

    label: str
    rating: str
    score: str
    version: str
    vector: str
    metrics: list[tuple[str, str]]


@dataclass(frozen=True)
class Weakness:
    """A CWE id with its name, "" where the list does not know it."""

    cwe_id: str
    name: str

    @property
    def url(self) -> str:
        """Its page at cwe.mitre.org."""
        return f"https://cwe.mitre.org/data/definitions/{self.cwe_id.removeprefix('CWE-')}.html"


@dataclass(frozen=True)
class Presentation:
    """The context of an advisory's page."""

    content: AdvisoryContent
    project: str
    description: SafeString
    rows: tuple[AffectedRow, ...]
    introduced: list[ShownCommit]
    fixed: list[ShownCommit]
    severities: list[ShownSeverity]
    weaknesses: list[Weakness]
    references: list[tuple[str, Reference]]
    credits: list[tuple[str, str]]
    cve_url: str
    has_cve_record: bool

    @property
    def severity(self) -> ShownSeverity | None:
        """Return the one that the heading shows."""
        return self.severities[0] if self.severities else None


def present(content: AdvisoryContent) -> Presentation:
    """Return everything the page says, in the order in which it says it."""
    return Presentation(
        content=content,
        project=_project(content),
        description=markdown.to_html(content.description),
        rows=rows(content.version_ranges),
        introduced=_commits(content, EventKind.INTRODUCED),
        fixed=_commits(content, EventKind.FIXED),
        severities=_severities(content),
        weaknesses=[Weakness(cwe_id, cwe.name_of(cwe_id) or "") for cwe_id in content.weaknesses],
        references=sorted(
            ((reference.kind.label, reference) for reference in content.references), key=lambda pair: pair[0]
        ),
        credits=[(credit.name, credit.role.label if credit.role else "") for credit in content.credits],
        cve_url=exports.cve_url(content.cve_id) if content.cve_id else "",
        has_cve_record=exports.has_cve_record(content),
    )


def _project(content: AdvisoryContent) -> str:
    try:
        return content.facts.label
    except RecordError:
        return OTHER_PROJECT


def _commits(content: AdvisoryContent, kind: EventKind) -> list[ShownCommit]:
    """Return the commits that GIT ranges name; "0", the beginning of everything, is none."""
    commits = {
        (span.repo or "", event.value): None
        for part in content.affected
        for span in part.ranges
        for event in span.events
        if span.type is RangeType.GIT and event.kind is kind and event.value != "0"
    }
    return [
        ShownCommit(commit[:_SHORT], f"{repo}/commit/{commit}" if repo.startswith("https://github.com/") else "")
        for repo, commit in commits
    ]


def _severities(content: AdvisoryContent) -> list[ShownSeverity]:
    """Return every score, that of the newest standard first."""
    standards = [SeverityType.CVSS_V4, SeverityType.CVSS_V3, SeverityType.CVSS_V2]
    entries = [entry for entry in content.severities if entry.type in standards]
    severities = []
    for entry in sorted(entries, key=lambda entry: standards.index(entry.type)):
        score = cvss.score(entry.score)
        metrics = cvss.explain(entry.score) if entry.type is SeverityType.CVSS_V4 else []
        severities.append(
            ShownSeverity(
                score.severity.label, score.severity, str(score.base_score), score.version, entry.score, metrics
            )
        )
    return severities


def preview_page(report: Report, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what publishing the draft now would make, and what is missing; three queries."""
    whole = with_credits(report)
    content = exports.as_published(whole.content(), now, next_number(now.year))
    return {
        "report": report,
        "draft": draft_of(report),
        "advisory": present(content),
        "outputs": exports.outputs(content),
        "checklist": checklist(whole),
        "can": {action.name.lower(): True for action in allowed(actor, report, now)},
        "announce_address": settings.ANNOUNCE_ADDRESS,
    }


# -- parts of the pages of reports (`reports.registry.Remediation`) ---------------------------------


def next_steps(report: Report, actor: Actor, now: datetime) -> list[ReportStep]:
    """Return the steps from writing the advisory to publishing it."""
    actions, draft = allowed(actor, report, now), draft_of(report)
    is_approved = draft is not None and draft.phase is AdvisoryPhase.APPROVED
    is_written = draft is not None and (is_approved or not obstacle(Action.APPROVE, report, now))

    def step(action: Action, label: str, page: str, *, is_done: bool, whose: str) -> ReportStep:
        if is_done:
            return ReportStep(label, "", StepState.DONE)
        if action not in actions:
            return ReportStep(label, obstacle(action, report, now) or f"This is for {whose}.", StepState.TODO)
        return ReportStep(label, "", StepState.CURRENT, reverse(page, args=[report.reference]))

    return [
        step(Action.DRAFT, "Write the advisory", "publication:draft", is_done=is_written, whose="the coordinator"),
        step(
            Action.APPROVE, "Read and approve it", "publication:preview", is_done=is_approved, whose="a second member"
        ),
        step(Action.PUBLISH, "Publish it", "publication:publish", is_done=False, whose="the coordinator or an admin"),
    ]


def facts(report: Report) -> list[Fact]:
    """Return what a report's page states about its advisory; nothing while there is none."""
    draft = draft_of(report)
    if draft is None:
        return []
    lines = [
        Fact("Advisory", draft.psf_id, draft.get_absolute_url())
        if draft.psf_id
        else Fact(
            "Advisory", f"draft, revision {draft.revision}", reverse("publication:preview", args=[report.reference])
        )
    ]
    if draft.cve_id:
        lines.append(Fact("CVE ID", draft.cve_id, is_code=True))
    if draft.rating:
        lines.append(Fact("Severity", f"{draft.get_rating_display()}, {draft.base_score}"))
    return lines


def public_page(report: Report) -> AdvisoryLink | None:
    """Return where the advisory of a report can be read by anybody; None while it is a draft."""
    draft = draft_of(report)
    return AdvisoryLink(draft.psf_id, draft.get_absolute_url()) if draft and draft.psf_id else None


def concerns(person: Person) -> Q:
    """Return the filter on reports with a draft that is not approved and that somebody else last edited."""
    return Q(advisory__isnull=False, advisory__approved_at=None) & ~Q(advisory__edited_by=person)


def waiting(report: Report, actor: Actor, now: datetime) -> Waiting | None:
    """Return a draft that the actor can approve, or the actor's own that is approved and can be published."""
    is_own = actor.is_person(report.coordinator)
    tone = "now" if report.is_urgent(now) else "accent"
    if allows(Action.APPROVE, actor, report, now):
        return Waiting(
            urgency="To approve",
            tone=tone,
            due=report.deadline,
            title=report.summary,
            detail=f"{report.reference} · the advisory waits for a second member",
            url=reverse("publication:preview", args=[report.reference]),
            action="Read",
        )
    if is_own and allows(Action.PUBLISH, actor, report, now):
        return Waiting(
            urgency=urgency_of(report, now),
            tone=tone,
            due=report.deadline,
            title=report.summary,
            detail=f"{report.reference} · yours · approved, to be published",
            url=reverse("publication:publish", args=[report.reference]),
            action="Publish",
        )
    return None


REMEDIATION = Remediation(
    joined=("advisory", "advisory__edited_by", "advisory__approved_by"),
    next_steps=next_steps,
    facts=facts,
    public_page=public_page,
    concerns=concerns,
    activity=frozenset(AdvisoryEvent) - {AdvisoryEvent.IMPORTED},
    waiting=waiting,
)
