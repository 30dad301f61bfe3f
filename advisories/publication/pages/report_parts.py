"""The parts that publication adds to the pages of reports and to the dashboard (`reports.registry.Remediation`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from advisories.publication.enums import AdvisoryPhase
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import draft_of
from advisories.publication.policy import Action, allowed, allows, obstacle
from advisories.reports.models import Report
from advisories.reports.pages.waiting import urgency_of
from advisories.reports.registry import AdvisoryLink, Fact, NextStep, Remediation
from members.people.models import Person
from members.people.policy import Actor
from web.timeline import State
from web.waiting import Waiting


def next_steps(report: Report, actor: Actor, now: datetime) -> list[NextStep]:
    """Return the steps from writing the advisory to publishing it."""
    actions, draft = allowed(actor, report, now), draft_of(report)
    is_approved = draft is not None and draft.phase is AdvisoryPhase.APPROVED
    is_written = draft is not None and (is_approved or not obstacle(Action.APPROVE, report, now))

    def step(action: Action, label: str, page: str, *, is_done: bool, whose: str) -> NextStep:
        if is_done:
            return NextStep(label, "", State.DONE)
        if action not in actions:
            return NextStep(label, obstacle(action, report, now) or f"This is for {whose}.", State.TODO)
        return NextStep(label, "", State.CURRENT, reverse(page, args=[report.reference]))

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
