"""The rules about reports: who may do what to one, in which phase, and why something is not possible yet.

A viewer is an `Actor`, or the `LinkHolder` of one report's private link.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from advisories.reports.doors import LinkHolder
from advisories.reports.enums import UNFINISHED, ReportPhase
from advisories.reports.models import Report
from members.people import policy as people
from members.people.permissions import NOBODY, Policy, Rule, Who, the_person
from members.people.policy import Actor


class Action(StrEnum):
    """Actions on a report beyond handing one in."""

    SEE = "report:see"
    REPLY = "report:reply"
    NOTE = "report:note"
    MESSAGE = "report:message"
    EDIT_MESSAGE = "report:edit_message"
    COORDINATE = "report:coordinate"
    OFFER = "report:offer"
    ACCEPT = "report:accept"
    DECLINE = "report:decline"
    TAKE_OFFER_BACK = "report:take_offer_back"
    CORRECT = "report:correct"
    SPLIT = "report:split"
    SET_EMBARGO = "report:set_embargo"
    DETERMINE = "report:determine"
    END_FORWARD = "report:end_forward"
    UNDO = "report:undo"
    REOPEN = "report:reopen"


def _signed_in(who: Who) -> Who:
    """Return `who` for viewers of both kinds: the holder of a link is nobody who has an account."""
    return Who(
        lambda viewer, report: isinstance(viewer, Actor) and who.holds(viewer, report), who.people, who.relational
    )


def _holds_link(viewer: Any, report: Report | None) -> bool:
    """Return whether the viewer holds the private link that is in force now."""
    return (
        isinstance(viewer, LinkHolder)
        and report is not None
        and (viewer.report_id, viewer.nonce) == (report.pk, report.link_nonce)
    )


MEMBER = _signed_in(people.MEMBER)
ADMIN = _signed_in(people.ADMIN)
HOLDER = Who(_holds_link, people=lambda _report, _now: NOBODY, relational=True)
#: A coordinator who has left the team coordinates nothing: what they may do follows from what they are today.
COORDINATOR = MEMBER & the_person(lambda report: report.coordinator)
#: Who is asked to coordinate it, as long as they are on the team.
OFFERED = MEMBER & the_person(lambda report: report.offered_to)


def _already_coordinated(report: Report, _now: datetime) -> str:
    if report.coordinator:
        return f"{report.coordinator} coordinates this report already; it can be handed over."
    return "This report is finished." if report.finished_at else ""


def _not_offered(report: Report, _now: datetime) -> str:
    return "" if report.offered_to else "The offer has ended."


def _not_to_determine(report: Report, _now: datetime) -> str:
    if report.determination:
        return f"This report is determined already: {report.get_determination_display().lower()}."
    return "" if report.coordinator else "Somebody has to coordinate this report first."


def _not_to_end_forward(report: Report, now: datetime) -> str:
    if report.phase is not ReportPhase.FORWARDED:
        return "This report is finished." if report.finished_at else "This report waits for no other project."
    return "" if report.is_settled(now) else "The reporter is told of the forwarding first; until then, undo it."


def _not_to_undo(report: Report, now: datetime) -> str:
    if report.phase is ReportPhase.PUBLISHED:
        return "The advisory is published; what is public cannot be taken back."
    if not report.determination:
        return "Nothing was closed that could be undone."
    return "" if report.can_be_undone(now) else "It is too late to undo this; it can be reopened, with a reason."


def _not_to_reopen(report: Report, now: datetime) -> str:
    if report.phase is ReportPhase.PUBLISHED:
        return "The advisory is published; what is public cannot be taken back."
    if not report.determination:
        return "This report is not determined yet."
    return "The reporter does not know of it yet: undo it instead." if report.can_be_undone(now) else ""


POLICY: Policy[Action, Report] = Policy(
    Rule(Action.SEE, HOLDER | MEMBER),
    Rule(Action.REPLY, HOLDER),
    Rule(Action.NOTE, MEMBER),
    Rule(Action.MESSAGE, MEMBER),
    Rule(Action.EDIT_MESSAGE, MEMBER),
    Rule(Action.COORDINATE, MEMBER, otherwise=_already_coordinated),
    Rule(Action.OFFER, COORDINATOR | ADMIN, UNFINISHED),
    Rule(Action.ACCEPT, OFFERED, UNFINISHED),
    Rule(Action.DECLINE, OFFERED, UNFINISHED),
    Rule(Action.TAKE_OFFER_BACK, COORDINATOR | ADMIN, UNFINISHED, otherwise=_not_offered),
    Rule(Action.CORRECT, MEMBER),
    Rule(Action.SPLIT, COORDINATOR | ADMIN, UNFINISHED),
    Rule(Action.SET_EMBARGO, COORDINATOR | ADMIN, UNFINISHED),
    Rule(Action.DETERMINE, COORDINATOR | ADMIN, otherwise=_not_to_determine),
    Rule(Action.END_FORWARD, COORDINATOR | ADMIN, otherwise=_not_to_end_forward),
    Rule(Action.UNDO, COORDINATOR | ADMIN, otherwise=_not_to_undo),
    Rule(Action.REOPEN, COORDINATOR | ADMIN, otherwise=_not_to_reopen),
    phase_of=lambda report, _now: report.phase,
    instead=lambda _phase: "This report is finished.",
)
allowed, allows, possible, require, obstacle, people_who = (
    POLICY.allowed,
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.obstacle,
    POLICY.people_who,
)
