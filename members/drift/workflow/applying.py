"""Bringing a channel in line with the roster: the confirmation, and each change by a worker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.channels.models import Channel, ChannelKind
from members.channels.workflow import write_account
from members.drift.comparison import Candidate, Expectation, compare, refusal
from members.drift.connectors import Connector, ConnectorError, connector_of
from members.drift.events import DriftEvent
from members.drift.models import Change, ChangeAct, ChangePhase, DriftCheck, Reading
from members.drift.policy import CHECKS, CheckAction
from members.drift.queries.plans import AT_THE_SERVER, CHANGE_FOR_FINDING, WeekOfRemovals, review, weeks_of_removals
from members.drift.queries.roster import admins_looked_for, candidates_in
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.workflow import rename_on_github
from web.conflicts import Conflict


@transaction.atomic
def confirm_apply(check: DriftCheck, findings: Collection[int], *, by: Actor) -> list[Change]:
    """Order the changes that follow from `findings`, ids of the check's own; a worker makes them.

    Raises `NotAllowed` for anybody but an admin, and `Conflict`: for a check that is old or not the
    newest, for nothing chosen, for what cannot be changed or is ordered already, and for too many removals.
    """
    # Two orders at once, because of two checks, would each see only their own removals.
    list(Channel.objects.select_for_update().order_by("pk"))
    check = DriftCheck.objects.select_for_update().get(pk=check.pk)
    at = clock.now()
    who = CHECKS.require(CheckAction.APPLY, by, check, at)
    changes = [
        _saved(Change(finding=proposal.finding, act=proposal.act, confirmed_by=who, confirmed_at=at))
        for proposal in review(check, findings, at)
    ]
    counts = {str(act): sum(1 for change in changes if change.act == act) for act in ChangeAct}
    record(DriftEvent.APPLY_CONFIRMED, target=check, by=who, at=at, **counts)
    return changes


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
    if not CHECKS.allows(CheckAction.APPLY, actor_of(change.confirmed_by, clock.now().date())):
        error = f"{change.confirmed_by.name}, who ordered it, is no admin any more."
    elif change.act in AT_THE_SERVER:
        try:
            is_invited = _at_the_server(change, clock.now())
        except (ConnectorError, Conflict) as reason:
            error = str(reason)
    _settle(change.pk, error, is_invited)


def _at_the_server(change: Change, now: datetime) -> bool:
    """Add or remove an account; return whether it was only invited. Raises `Conflict` when that is right no longer."""
    channel = change.finding.reading.channel
    connector = connector_of(channel.kind)
    if connector is None:
        raise Conflict(f"{channel} is not connected any more.")
    people = candidates_in(channel, now.date())
    if change.act == ChangeAct.ADD:
        return _add(connector, change, people)
    _remove(connector, change, people, now)
    return False


def _add(connector: Connector, change: Change, people: list[Candidate]) -> bool:
    """Add a member, and return whether they were only invited. Raises `Conflict` when that is right no longer."""
    candidate = next((candidate for candidate in people if candidate.person == change.finding.person_id), None)
    name = change.finding.person.name if change.finding.person else ""
    if candidate is None or candidate.expected != Expectation.INSIDE:
        raise Conflict(f"{name} is not a member any more.")
    if not candidate.account:
        raise Conflict(f"{name} has no account on record any more.")
    if change.finding.reading.channel.kind == ChannelKind.GITHUB:
        number = next((key.removeprefix("#") for key in candidate.keys if key.startswith("#")), "")
        return not connector.add(number, candidate.account)
    return not connector.add(candidate.account, name)


def _remove(connector: Connector, change: Change, people: list[Candidate], now: datetime) -> None:
    """Remove an account. The channel is read once more: an unknown account may have become somebody's, or have gone."""
    finding, accounts = change.finding, connector.accounts()
    same = (finding.identifier, finding.shown)[: 1 if finding.identifier else 2]
    there = [account for account in accounts if (account.identifier, account.name)[: len(same)] == same]
    if not there:
        return
    comparison = compare(finding.reading.channel.kind, people, accounts)
    surplus = [
        difference
        for difference in comparison.differences
        if CHANGE_FOR_FINDING.get(difference.kind) == ChangeAct.REMOVE
    ]
    if not any((difference.identifier, difference.shown)[: len(same)] == same for difference in surplus):
        raise Conflict(f"{finding.shown or finding.identifier} is on the roster by now.")
    admins = admins_looked_for(now.date(), now.date()) & comparison.inside
    if refused := _refusal(finding.reading, len(accounts), len(admins), now):
        raise Conflict(refused)
    connector.remove(finding.identifier, finding.shown)


def _refusal(reading: Reading, accounts: int, admins_inside: int, now: datetime) -> str:
    """Return why the removals of the last seven days are too many for a channel that has `accounts` by now."""
    channel = reading.channel_id
    week = weeks_of_removals([channel], now).get(channel, WeekOfRemovals())
    made = sum(1 for order in week.orders if order.done_at is not None)
    entries = min(week.entries(reading), accounts + made)
    # The order that is being made counts, however long it waited.
    return refusal(removals=max(len(week.orders), 1), entries=entries, admins_inside=admins_inside)


@transaction.atomic
def _settle(pk: int, error: str, is_invited: bool) -> None:
    """Write the outcome, once; a change that needs no server is made here."""
    change = Change.objects.select_for_update().get(pk=pk)
    if change.phase != ChangePhase.WAITING:
        return
    at = clock.now()
    if not error and change.act not in AT_THE_SERVER:
        error = _note(change, at)
    change.done_at, change.failed_at = (None, at) if error else (at, None)
    change.error = error[:300]
    change.save(update_fields=["done_at", "failed_at", "error"])
    facts = {"act": change.act, "channel": change.finding.reading.channel_id}
    if error:
        record(DriftEvent.CHANGE_FAILED, target=change, by=change.confirmed_by, at=at, **facts)
    elif change.act in AT_THE_SERVER:
        record(DriftEvent.CHANGE_MADE, target=change, by=change.confirmed_by, at=at, invited=is_invited, **facts)


def _note(change: Change, at: datetime) -> str:
    """Note a new GitHub name or another address, which records the event. Return why not, as a sentence."""
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
