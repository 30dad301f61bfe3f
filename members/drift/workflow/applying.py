"""Bringing a channel in line with the roster: what would change, the confirmation, and each change by a worker."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from audit import clock
from audit.log import record
from members.channels.models import Channel, ChannelKind
from members.channels.workflow import write_account
from members.drift.comparison import Known, Standing, compare, refusal
from members.drift.connectors import Connector, ConnectorError, connector_of
from members.drift.events import DriftEvent
from members.drift.expected import known_in
from members.drift.models import Change, ChangeAct, DriftCheck, Finding, FindingKind, Reading
from members.drift.policy import Action, require
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.workflow import rename_on_github
from web.conflicts import Conflict

#: A check older than this says too little about today.
FRESH_FOR = timedelta(hours=24)


_ACTS = {
    FindingKind.MISSING: ChangeAct.ADD,
    FindingKind.UNKNOWN: ChangeAct.REMOVE,
    FindingKind.LEFT: ChangeAct.REMOVE,
    FindingKind.RENAMED: ChangeAct.RENAME,
    FindingKind.OTHER_ADDRESS: ChangeAct.ADOPT,
}


_AT_THE_SERVER = {ChangeAct.ADD, ChangeAct.REMOVE}


_NOT_INSIDE = (FindingKind.MISSING, FindingKind.PENDING, FindingKind.NO_ACCOUNT)


@dataclass(frozen=True)
class Proposal:
    """One change that could be made."""

    finding: Finding
    act: ChangeAct


@dataclass(frozen=True)
class ChannelPlan:
    """What could be changed in one channel."""

    reading: Reading
    proposals: tuple[Proposal, ...]
    by_hand: tuple[Finding, ...]
    """What differs and cannot be changed from here."""
    refusal: str
    """Why not all of the removals can be made, as a sentence; empty when they can."""


def obstacle_to_apply(ours: DriftCheck, now: datetime) -> str:
    """Why nothing of this check can be applied at `now`, as a sentence; empty when it can be."""
    if ours.finished_at is None:
        return "This check has not run yet."
    if now - ours.finished_at > FRESH_FOR:
        return "This check is older than 24 hours. Check again, and apply the new one."
    pasted = ours.readings.filter(channel__kind=ChannelKind.LIST).first()
    others = DriftCheck.objects.finished()
    newest = (others.of_list(pasted.channel) if pasted else others.whole()).first()
    return "" if newest == ours else "There is a newer check. Apply that one."


def plan(ours: DriftCheck) -> list[ChannelPlan]:
    """The dry run: everything that could be changed because of a check, by channel. Nothing is asked or written."""
    readings = ours.readings.filter(error="").select_related("channel", "check_run")
    return [_plan_of(reading) for reading in readings]


def _plan_of(reading: Reading) -> ChannelPlan:
    is_connected = connector_of(reading.channel.kind) is not None
    findings = reading.findings.select_related("person").filter(change=None)
    proposals, by_hand = list[Proposal](), list[Finding]()
    for finding in findings:
        act = _ACTS.get(FindingKind(finding.kind))
        if act is None or (act in _AT_THE_SERVER and not is_connected):
            by_hand.append(finding)
        else:
            proposals.append(Proposal(finding, act))
    removals = sum(1 for proposal in proposals if proposal.act == ChangeAct.REMOVE)
    return ChannelPlan(reading, tuple(proposals), tuple(by_hand), _refusal(reading, removals))


def _refusal(reading: Reading, removals: int) -> str:
    """With `removals` more than are confirmed already."""
    return refusal(
        removals=removals and removals + _removals_of(reading),
        entries=reading.entries,
        admins_inside=len(_admins(_day_of(reading)) - _seen_outside(reading)),
    )


def _removals_of(reading: Reading) -> int:
    return Change.objects.filter(finding__reading=reading, act=ChangeAct.REMOVE, failed_at=None).count()


def _day_of(reading: Reading) -> date:
    finished = reading.check_run.finished_at
    return finished.date() if finished else clock.now().date()


def _admins(day: date) -> set[object]:
    """Admins of today among the members of `day`, whom the check has looked for."""
    today = clock.now().date()
    acting = Person.objects.acting_admins(today).values("pk")
    return set(Person.objects.members(day).filter(pk__in=acting).values_list("pk", flat=True))


def _seen_outside(reading: Reading) -> set[object]:
    return set(reading.findings.filter(kind__in=_NOT_INSIDE).values_list("person", flat=True))


def review_apply(ours: DriftCheck, findings: Collection[int]) -> list[Proposal]:
    """The changes that would follow from `findings`. Raises `Conflict` as `confirm_apply` does; writes nothing."""
    if obstacle := obstacle_to_apply(ours, clock.now()):
        raise Conflict(obstacle)
    if not findings:
        raise Conflict("Choose at least one change.")
    wanted = set(findings)
    chosen = [one for part in plan(ours) for one in _chosen(part, wanted)]
    if len(chosen) != len(wanted):
        raise Conflict("One of these changes is ordered already, or cannot be made from here.")
    return chosen


@transaction.atomic
def confirm_apply(ours: DriftCheck, findings: Collection[int], *, by: Actor) -> list[Change]:
    """Order the changes that follow from `findings`, ids of the check's own; a worker makes them.

    Raises `NotAllowed` for anybody but an admin, and `Conflict`: for a check that is old or not the
    newest, for nothing chosen, for what cannot be changed or is ordered already, and for too many removals.
    """
    who = require(Action.APPLY_DRIFT, by)
    ours = DriftCheck.objects.select_for_update().get(pk=ours.pk)
    at, chosen = clock.now(), review_apply(ours, findings)
    changes = [Change(finding=one.finding, act=one.act, confirmed_by=who, confirmed_at=at) for one in chosen]
    made = [_saved(change) for change in changes]
    acts = {str(act): sum(1 for change in made if change.act == act) for act in ChangeAct}
    record(DriftEvent.APPLY_CONFIRMED, target=ours, by=who, at=at, **acts)
    return made


def _chosen(part: ChannelPlan, wanted: set[int]) -> Iterable[Proposal]:
    """The proposals of one channel that are wanted. Raises `Conflict` for too many removals."""
    chosen = [one for one in part.proposals if one.finding.pk in wanted]
    removals = sum(1 for one in chosen if one.act == ChangeAct.REMOVE)
    if refused := _refusal(part.reading, removals):
        raise Conflict(f"{part.reading.channel}: {refused}")
    return chosen


def _saved(change: Change) -> Change:
    change.save(force_insert=True)
    return change


def make_change(pk: int | str) -> None:
    """Make one confirmed change that waits; does nothing for one that is made or has failed.

    The server is asked outside any transaction, so a worker that dies in between asks it again:
    to add or remove somebody twice does no harm.
    """
    related = ("finding__reading__channel", "finding__reading__check_run", "finding__person", "confirmed_by")
    change = Change.objects.waiting().select_related(*related).filter(pk=pk).first()
    if change is None:
        return
    error, is_invited = "", False
    if not actor_of(change.confirmed_by, clock.now().date()).is_admin:
        error = f"{change.confirmed_by.name}, who ordered it, is no admin any more."
    elif change.act in _AT_THE_SERVER:
        try:
            is_invited = _at_the_server(change, clock.now().date())
        except (ConnectorError, Conflict) as reason:
            error = str(reason)
    _settle(change.pk, error, is_invited)


def _at_the_server(change: Change, day: date) -> bool:
    """Add or remove an account; whether it was only invited. Raises `Conflict` when that is right no longer."""
    channel = change.finding.reading.channel
    connector = connector_of(channel.kind)
    if connector is None:
        raise Conflict(f"{channel} is not connected any more.")
    people = known_in(channel, day)
    if change.act == ChangeAct.ADD:
        return _add(connector, change, people)
    _remove(connector, change, people, day)
    return False


def _add(connector: Connector, change: Change, people: list[Known]) -> bool:
    one = next((known for known in people if known.person == change.finding.person_id), None)
    name = change.finding.person.name if change.finding.person else ""
    if one is None or one.standing != Standing.MEMBER:
        raise Conflict(f"{name} is not a member any more.")
    if not one.account:
        raise Conflict(f"{name} has no account on record any more.")
    if change.finding.reading.channel.kind == ChannelKind.GITHUB:
        number = next((key.removeprefix("#") for key in one.keys if key.startswith("#")), "")
        return not connector.add(number, one.account)
    return not connector.add(one.account, name)


def _remove(connector: Connector, change: Change, people: list[Known], day: date) -> None:
    """Looks into the channel once more: what was unknown may have become somebody's, or have gone."""
    finding, accounts = change.finding, connector.accounts()
    same = (finding.identifier, finding.shown)[: 1 if finding.identifier else 2]
    there = [account for account in accounts if (account.identifier, account.name)[: len(same)] == same]
    if not there:
        return
    found = compare(ChannelKind(finding.reading.channel.kind), people, accounts)
    surplus = [one for one in found.differences if _ACTS.get(one.kind) == ChangeAct.REMOVE]
    if not any((one.identifier, one.shown)[: len(same)] == same for one in surplus):
        raise Conflict(f"{finding.shown or finding.identifier} is on the roster by now.")
    made = finding.reading.findings.filter(change__act=ChangeAct.REMOVE, change__done_at__isnull=False).count()
    removals, admins = _removals_of(finding.reading), _admins(day) & found.inside
    entries = min(finding.reading.entries, len(accounts) + made)
    if refused := refusal(removals=removals, entries=entries, admins_inside=len(admins)):
        raise Conflict(refused)
    connector.remove(finding.identifier, finding.shown)


@transaction.atomic
def _settle(pk: int, error: str, is_invited: bool) -> None:
    """Write down how it went, once; what needs no server is done here."""
    change = Change.objects.select_for_update().get(pk=pk)
    if change.done_at is not None or change.failed_at is not None:
        return
    at = clock.now()
    if not error and change.act not in _AT_THE_SERVER:
        error = _note(change, at)
    change.done_at, change.failed_at = (None, at) if error else (at, None)
    change.error = error[:300]
    change.save(update_fields=["done_at", "failed_at", "error"])
    facts = {"act": change.act, "channel": change.finding.reading.channel_id}
    if error:
        record(DriftEvent.CHANGE_FAILED, target=change, by=change.confirmed_by, at=at, **facts)
    elif change.act in _AT_THE_SERVER:
        record(DriftEvent.CHANGE_MADE, target=change, by=change.confirmed_by, at=at, invited=is_invited, **facts)


def _note(change: Change, at: datetime) -> str:
    """Note a new GitHub name or another address, which records the event; why not, as a sentence."""
    finding = change.finding
    person = Person.objects.get(pk=str(finding.person_id))
    try:
        with transaction.atomic():
            if change.act == ChangeAct.RENAME:
                rename_on_github(person, finding.shown, by=change.confirmed_by, at=at, change=change.pk)
            else:
                channel: Channel = finding.reading.channel
                write_account(channel, person, finding.identifier, by=change.confirmed_by, at=at, change=change.pk)
    except Conflict as reason:
        return str(reason)
    return ""
