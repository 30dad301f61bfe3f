"""Who may do what to a report and its advisory, and why something is not possible yet.

Each act has one rule: who may, and what has to be so first. Guards, buttons, "not yet" sentences and tests all read
the same table. An advisory has no rules of its own: what may be done to it follows from its report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from advisories.publication import preflight
from advisories.reports.doors import LinkHolder, Viewer
from advisories.reports.models import Determination, Phase, Report
from members.people.policy import Actor
from web.conflicts import Conflict, NotAllowed


class Action(StrEnum):
    """What can be done in this app beyond reading public pages and handing in a report."""

    SEE = "report:see"
    REPLY = "report:reply"
    NOTE = "report:note"
    MESSAGE = "report:message"
    COORDINATE = "report:coordinate"
    HAND_OVER = "report:hand_over"
    SET_EMBARGO = "report:set_embargo"
    DETERMINE = "report:determine"
    REOPEN = "report:reopen"
    DRAFT = "advisory:draft"
    APPROVE = "advisory:approve"
    PUBLISH = "advisory:publish"


def _holder(viewer: Viewer, report: Report) -> bool:
    """Holds the private link that is in force now."""
    return isinstance(viewer, LinkHolder) and viewer.report_id == report.pk and viewer.nonce == report.link_nonce


def _member(viewer: Viewer, _report: Report) -> bool:
    return isinstance(viewer, Actor) and viewer.is_member


def _anybody_who_sees(viewer: Viewer, report: Report) -> bool:
    return _holder(viewer, report) or _member(viewer, report)


def _coordinator(viewer: Viewer, report: Report) -> bool:
    """A coordinator who has left the team since is none: what they may is what they may today."""
    return isinstance(viewer, Actor) and viewer.is_member and viewer.is_person(report.coordinator)


def _coordinator_or_admin(viewer: Viewer, report: Report) -> bool:
    return _coordinator(viewer, report) or (isinstance(viewer, Actor) and viewer.is_admin)


def _second_reader(viewer: Viewer, report: Report) -> bool:
    """A member other than the one whose words the draft last got."""
    own_words = isinstance(viewer, Actor) and report.draft is not None and viewer.is_person(report.draft.edited_by)
    return _member(viewer, report) and not own_words


def _always(_report: Report) -> str:
    return ""


def _unfinished(report: Report) -> str:
    return "This report is finished." if report.finished_at else ""


def _nobody_coordinates(report: Report) -> str:
    if report.coordinator:
        return f"{report.coordinator} coordinates this report already; it can be handed over."
    return _unfinished(report)


def _somebody_coordinates(report: Report) -> str:
    return _unfinished(report) or ("" if report.coordinator else "Nobody coordinates this report yet.")


def _undetermined(report: Report) -> str:
    if report.determination:
        return f"This report is determined already: {report.get_determination_display().lower()}."
    return "" if report.coordinator else "Somebody has to coordinate this report first."


def _determined_and_unpublished(report: Report) -> str:
    if report.phase is Phase.PUBLISHED:
        return "The advisory is published; what is public cannot be taken back."
    return "" if report.determination else "This report is not determined yet."


def _being_remedied(report: Report) -> str:
    if report.phase is Phase.PUBLISHED:
        return "The advisory is published already."
    if not report.determination:
        return "Somebody has to say first that it is a vulnerability."
    return "" if report.determination == Determination.VULNERABILITY else "Only a vulnerability gets an advisory."


def _readable(report: Report) -> str:
    if sentence := _being_remedied(report):
        return sentence
    if report.draft is None:
        return "There is no draft yet."
    if report.draft.approved_at:
        return f"{report.draft.approved_by} has approved this draft."
    return preflight.missing_for_approval(report.draft)


def _publishable(report: Report) -> str:
    if sentence := _being_remedied(report):
        return sentence
    return preflight.missing_for_publication(report.draft) if report.draft else "There is no draft yet."


@dataclass(frozen=True)
class Rule:
    """One act: who may do it, and what still has to happen before anybody can."""

    who: Callable[[Viewer, Report], bool]
    missing: Callable[[Report], str]


RULES: Mapping[Action, Rule] = {
    Action.SEE: Rule(_anybody_who_sees, _always),
    Action.REPLY: Rule(_holder, _always),
    Action.NOTE: Rule(_member, _always),
    Action.MESSAGE: Rule(_member, _always),
    Action.COORDINATE: Rule(_member, _nobody_coordinates),
    Action.HAND_OVER: Rule(_coordinator_or_admin, _somebody_coordinates),
    Action.SET_EMBARGO: Rule(_coordinator_or_admin, _unfinished),
    Action.DETERMINE: Rule(_coordinator_or_admin, _undetermined),
    Action.REOPEN: Rule(_coordinator_or_admin, _determined_and_unpublished),
    Action.DRAFT: Rule(_coordinator, _being_remedied),
    Action.APPROVE: Rule(_second_reader, _readable),
    Action.PUBLISH: Rule(_coordinator_or_admin, _publishable),
}


def allowed(viewer: Viewer, report: Report) -> frozenset[Action]:
    """What `viewer` may do to `report`, which came by `ReportQuerySet.whole`, right now."""
    return frozenset(action for action, rule in RULES.items() if rule.who(viewer, report) and not rule.missing(report))


def missing(action: Action, report: Report) -> str:
    """The sentence that says why nobody can do this yet, or any more; "" when somebody can."""
    return RULES[action].missing(report)


def require(action: Action, viewer: Viewer, report: Report) -> None:
    """Raise `NotAllowed` when it is not for `viewer`, `Conflict` with a sentence when it is, but not now."""
    rule = RULES[action]
    if not rule.who(viewer, report):
        raise NotAllowed(action)
    if sentence := rule.missing(report):
        raise Conflict(sentence)
