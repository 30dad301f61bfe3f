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
    COORDINATE = "report:coordinate"
    HAND_OVER = "report:hand_over"
    SET_EMBARGO = "report:set_embargo"
    DETERMINE = "report:determine"
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


def _already_coordinated(report: Report, _now: datetime) -> str:
    if report.coordinator:
        return f"{report.coordinator} coordinates this report already; it can be handed over."
    return "This report is finished." if report.finished_at else ""


def _not_coordinated(report: Report, _now: datetime) -> str:
    return "" if report.coordinator else "Nobody coordinates this report yet."


def _not_to_determine(report: Report, _now: datetime) -> str:
    if report.determination:
        return f"This report is determined already: {report.get_determination_display().lower()}."
    return "" if report.coordinator else "Somebody has to coordinate this report first."


def _not_to_reopen(report: Report, _now: datetime) -> str:
    if report.phase is ReportPhase.PUBLISHED:
        return "The advisory is published; what is public cannot be taken back."
    return "" if report.determination else "This report is not determined yet."


POLICY: Policy[Action, Report] = Policy(
    Rule(Action.SEE, HOLDER | MEMBER),
    Rule(Action.REPLY, HOLDER),
    Rule(Action.NOTE, MEMBER),
    Rule(Action.MESSAGE, MEMBER),
    Rule(Action.COORDINATE, MEMBER, otherwise=_already_coordinated),
    Rule(Action.HAND_OVER, COORDINATOR | ADMIN, UNFINISHED, otherwise=_not_coordinated),
    Rule(Action.SET_EMBARGO, COORDINATOR | ADMIN, UNFINISHED),
    Rule(Action.DETERMINE, COORDINATOR | ADMIN, otherwise=_not_to_determine),
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
