"""The rules about advisories: who may write, approve and publish the advisory of a report, and why not yet.

The thing that the rules are about is the report, which exists before its advisory does; it must have been loaded by
`ReportQuerySet.whole`, which brings the advisory along.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from advisories.publication import preflight
from advisories.publication.models import draft_of
from advisories.reports.enums import ReportPhase
from advisories.reports.models import Report
from advisories.reports.policy import ADMIN, COORDINATOR, MEMBER
from members.people.models import Person
from members.people.permissions import Policy, Rule, the_person


class Action(StrEnum):
    """Actions on an advisory beyond reading a published one."""

    DRAFT = "advisory:draft"
    APPROVE = "advisory:approve"
    PUBLISH = "advisory:publish"


def _last_editor(report: Report) -> Person | None:
    draft = draft_of(report)
    return draft.edited_by if draft else None


#: A member other than the one who last edited the draft.
SECOND_READER = MEMBER & ~the_person(_last_editor)

_REMEDIATION = frozenset({ReportPhase.REMEDIATION})


def _not_to_approve(report: Report, _now: datetime) -> str:
    draft = draft_of(report)
    if draft is None:
        return "There is no draft yet."
    if draft.approved_at:
        return f"{draft.approved_by} has approved this draft."
    return preflight.missing_for_approval(draft)


def _not_to_publish(report: Report, _now: datetime) -> str:
    draft = draft_of(report)
    return preflight.missing_for_publication(draft) if draft else "There is no draft yet."


POLICY: Policy[Action, Report] = Policy(
    Rule(Action.DRAFT, COORDINATOR, _REMEDIATION),
    Rule(Action.APPROVE, SECOND_READER, _REMEDIATION, otherwise=_not_to_approve),
    Rule(Action.PUBLISH, COORDINATOR | ADMIN, _REMEDIATION, otherwise=_not_to_publish),
    phase_of=lambda report, _now: report.phase,
    instead={
        ReportPhase.RECEIVED: "Somebody has to say first that it is a vulnerability.",
        ReportPhase.TRIAGE: "Somebody has to say first that it is a vulnerability.",
        ReportPhase.FORWARDED: "Only a vulnerability gets an advisory.",
        ReportPhase.PUBLISHED: "The advisory is published already.",
        ReportPhase.CLOSED: "Only a vulnerability gets an advisory.",
    },
)
allowed, allows, require, obstacle, people_who = (
    POLICY.allowed,
    POLICY.allows,
    POLICY.require,
    POLICY.obstacle,
    POLICY.people_who,
)
