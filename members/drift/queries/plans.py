"""Changes that could follow from a check. Nothing is asked of a server or written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from members.drift.comparison import refusal
from members.drift.connectors import server_of
from members.drift.models import Change, ChangeAct, ChangePhase, DriftCheck, Finding, FindingKind, Reading
from members.drift.queries.checks import readings_of
from members.drift.queries.roster import admins_looked_for
from web.conflicts import Conflict

#: The change that answers a finding; the other kinds of findings are answered by hand.
CHANGE_FOR_FINDING = {
    FindingKind.MISSING: ChangeAct.ADD,
    FindingKind.UNKNOWN: ChangeAct.REMOVE,
    FindingKind.LEFT: ChangeAct.REMOVE,
    FindingKind.RENAMED: ChangeAct.RENAME,
    FindingKind.OTHER_ADDRESS: ChangeAct.ADOPT,
}


#: Changes made at the channel's server; all other changes concern only the portal's own records.
AT_THE_SERVER = {ChangeAct.ADD, ChangeAct.REMOVE}


_NOT_INSIDE = (FindingKind.MISSING, FindingKind.PENDING, FindingKind.NO_ACCOUNT)


@dataclass(frozen=True)
class Proposal:
    """One change that could be made."""

    finding: Finding
    act: ChangeAct


@dataclass(frozen=True)
class ChannelPlan:
    """The changes that could be made in one channel."""

    reading: Reading
    proposals: tuple[Proposal, ...]
    by_hand: tuple[Finding, ...]
    """Findings that cannot be answered from here."""
    refusal: str
    """Why not all of the removals can be made, as a sentence; empty when they can."""
    admins_inside: int
    """So many of the roster's admins the check has found in the channel."""


def proposals_in(reading: Reading) -> list[Proposal]:
    """Return the changes that could be made in one channel; its findings come from `queries.checks`."""
    if reading.error:
        return []
    is_connected = bool(server_of(reading.channel.kind))
    answers = [(finding, CHANGE_FOR_FINDING.get(FindingKind(finding.kind))) for finding in _unanswered(reading)]
    return [
        Proposal(finding, act)
        for finding, act in answers
        if act is not None and (is_connected or act not in AT_THE_SERVER)
    ]


def plan(check: DriftCheck, now: datetime) -> list[ChannelPlan]:
    """Return the dry run: everything that could be changed because of a check, by channel. Three queries."""
    readings = [reading for reading in readings_of(check) if not reading.error]
    if not readings:
        return []
    day = check.finished_at.date() if check.finished_at else now.date()
    admins = admins_looked_for(day, now.date())
    return [_plan_in(reading, admins) for reading in readings]


def _plan_in(reading: Reading, admins: set[object]) -> ChannelPlan:
    proposals = proposals_in(reading)
    chosen = {proposal.finding.pk for proposal in proposals}
    outside = {finding.person_id for finding in reading.findings.all() if finding.kind in _NOT_INSIDE}
    admins_inside = len(admins - outside)
    return ChannelPlan(
        reading,
        tuple(proposals),
        tuple(finding for finding in _unanswered(reading) if finding.pk not in chosen),
        _refusal(reading, _removals(proposals), admins_inside),
        admins_inside,
    )


def _unanswered(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings.all() if change_of(finding) is None]


def change_of(finding: Finding) -> Change | None:
    """Return the change that was ordered because of a finding; None when there is none."""
    return getattr(finding, "change", None)


def _removals(proposals: Iterable[Proposal]) -> int:
    return sum(1 for proposal in proposals if proposal.act == ChangeAct.REMOVE)


def _refusal(reading: Reading, removals: int, admins_inside: int) -> str:
    """Return why `removals` more than are ordered already cannot be made; empty when they can."""
    changes = [change_of(finding) for finding in reading.findings.all()]
    ordered = [
        change for change in changes if change and change.act == ChangeAct.REMOVE and change.phase != ChangePhase.FAILED
    ]
    return refusal(removals=removals and removals + len(ordered), entries=reading.entries, admins_inside=admins_inside)


def removals_ordered(reading: Reading) -> int:
    """Return how many removals are ordered in one channel because of one check, made or not."""
    return Change.objects.filter(finding__reading=reading, act=ChangeAct.REMOVE, failed_at=None).count()


def review(check: DriftCheck, findings: Collection[int], now: datetime) -> list[Proposal]:
    """Return the changes that would follow from `findings`, which are keys.

    Raises `Conflict` for nothing chosen, what cannot be changed or is ordered already, and too many removals.
    """
    if not findings:
        raise Conflict("Choose at least one change.")
    wanted = set(findings)
    chosen = [proposal for part in plan(check, now) for proposal in _chosen(part, wanted)]
    if len(chosen) != len(wanted):
        raise Conflict("One of these changes is ordered already, or cannot be made from here.")
    return chosen


def _chosen(part: ChannelPlan, wanted: set[int]) -> Sequence[Proposal]:
    """Return the proposals of one channel that are wanted. Raises `Conflict` for too many removals."""
    chosen = [proposal for proposal in part.proposals if proposal.finding.pk in wanted]
    if refused := _refusal(part.reading, _removals(chosen), part.admins_inside):
        raise Conflict(f"{part.reading.channel}: {refused}")
    return chosen
