"""Changes that could follow from a check. Nothing is asked of a server or written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from members.channels.connectors import BY_HAND, server_of
from members.channels.models import ChannelKind
from members.drift.comparison import WINDOW, refusal, removable
from members.drift.models import Change, ChangeAct, DriftCheck, Finding, FindingKind, Reading
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

    @property
    def needs_look(self) -> bool:
        """Return whether only a name says whose account it is, so that a person has to look at it first."""
        return self.act == ChangeAct.ADD and is_by_name(self.finding)


def is_by_name(finding: Finding) -> bool:
    """Return whether the person of a finding on GitHub is known by name only: it may be another's by now."""
    of_github = finding.reading.channel.kind == ChannelKind.GITHUB
    return of_github and finding.person is not None and not finding.person.github_id


def by_hand_because(finding: Finding) -> str:
    """Return what an admin does instead where the portal cannot change it, as a sentence; empty without one."""
    if finding.kind == FindingKind.MISSING and is_by_name(finding) and not finding.identifier:
        return "The last check found no account of this name. Correct the GitHub name, or check again."
    return BY_HAND.get(finding.role, "") if finding.kind == FindingKind.LEFT else ""  # type: ignore[call-overload]


@dataclass(frozen=True)
class Order:
    """The order of a removal within the last seven days, which has not failed."""

    reading: int
    ordered_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class WeekOfRemovals:
    """The removals from one channel within the last seven days, of all checks, oldest first."""

    orders: tuple[Order, ...] = ()

    def entries(self, reading: Reading) -> int:
        """Return how many entries the channel had before these removals, from what it had in `reading`."""
        finished_at = reading.check_run.finished_at
        made = [order.done_at for order in self.orders if order.reading != reading.pk and order.done_at is not None]
        return reading.entries + sum(1 for done_at in made if finished_at is not None and done_at <= finished_at)

    @property
    def more_from(self) -> datetime | None:
        """Return when the oldest no longer counts; None without any."""
        return self.orders[0].ordered_at + WINDOW if self.orders else None


@dataclass(frozen=True)
class ChannelPlan:
    """The changes that could be made in one channel."""

    reading: Reading
    proposals: tuple[Proposal, ...]
    by_hand: tuple[tuple[Finding, str], ...]
    """Findings that cannot be answered from here, each with what to do instead, which may be empty."""
    refusal: str
    """Why not all of the removals can be made, as a sentence; empty when they can."""
    admins_inside: int
    """So many of the roster's admins the check has found in the channel."""
    week: WeekOfRemovals
    removals_left: int
    """So many removals can be ordered now."""


def proposals_in(reading: Reading) -> list[Proposal]:
    """Return the changes that could be made in one channel; its findings come from `queries.checks`."""
    if reading.error:
        return []
    is_connected = bool(server_of(reading.channel.kind))
    answers = [
        (finding, CHANGE_FOR_FINDING.get(FindingKind(finding.kind)))
        for finding in _unanswered(reading)
        if not by_hand_because(finding)
    ]
    return [
        Proposal(finding, act)
        for finding, act in answers
        if act is not None and (is_connected or act not in AT_THE_SERVER)
    ]


def plan(check: DriftCheck, now: datetime) -> list[ChannelPlan]:
    """Return the dry run: everything that could be changed because of a check, by channel. Four queries."""
    readings = [reading for reading in readings_of(check) if not reading.error]
    if not readings:
        return []
    day = check.finished_at.date() if check.finished_at else now.date()
    admins = admins_looked_for(day, now.date())
    weeks = weeks_of_removals((reading.channel_id for reading in readings), now)
    return [_plan_in(reading, admins, weeks.get(reading.channel_id, WeekOfRemovals())) for reading in readings]


def weeks_of_removals(channels: Iterable[int], now: datetime) -> dict[int, WeekOfRemovals]:
    """Return the removals of the last seven days by channel, whoever ordered them because of whichever check."""
    ordered = Change.objects.filter(
        finding__reading__channel__in=list(channels),
        act=ChangeAct.REMOVE,
        failed_at=None,
        confirmed_at__gt=now - WINDOW,
    ).order_by("confirmed_at", "pk")
    orders: dict[int, list[Order]] = {}
    columns = ("finding__reading__channel", "finding__reading", "confirmed_at", "done_at")
    for channel, reading, ordered_at, done_at in ordered.values_list(*columns):
        orders.setdefault(channel, []).append(Order(reading, ordered_at, done_at))
    return {channel: WeekOfRemovals(tuple(found)) for channel, found in orders.items()}


def _plan_in(reading: Reading, admins: set[object], week: WeekOfRemovals) -> ChannelPlan:
    proposals = proposals_in(reading)
    chosen = {proposal.finding.pk for proposal in proposals}
    outside = {finding.person_id for finding in reading.findings.all() if finding.kind in _NOT_INSIDE}
    admins_inside = len(admins - outside)
    return ChannelPlan(
        reading,
        tuple(proposals),
        tuple((finding, by_hand_because(finding)) for finding in _unanswered(reading) if finding.pk not in chosen),
        _refusal(reading, week, _removals(proposals), admins_inside),
        admins_inside,
        week,
        max(removable(week.entries(reading)) - len(week.orders), 0),
    )


def _unanswered(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings.all() if change_of(finding) is None]


def change_of(finding: Finding) -> Change | None:
    """Return the change that was ordered because of a finding; None when there is none."""
    return getattr(finding, "change", None)


def _removals(proposals: Iterable[Proposal]) -> int:
    return sum(1 for proposal in proposals if proposal.act == ChangeAct.REMOVE)


def _refusal(reading: Reading, week: WeekOfRemovals, removals: int, admins_inside: int) -> str:
    """Return why `removals` more than are ordered already cannot be made; empty when they can."""
    together = removals and removals + len(week.orders)
    return refusal(removals=together, entries=week.entries(reading), admins_inside=admins_inside)


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
    if refused := _refusal(part.reading, part.week, _removals(chosen), part.admins_inside):
        raise Conflict(f"{part.reading.channel}: {refused}")
    return chosen
