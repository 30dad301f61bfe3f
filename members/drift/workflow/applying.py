"""Bringing a channel in line with the roster: the confirmation, and each change by a worker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from audit.models import label
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import Direction
from members.channels.connectors import Connector, ConnectorError, Privilege, connector_of
from members.channels.models import Channel, ChannelKind
from members.channels.workflow import write_account
from members.drift.comparison import Candidate, Expectation, compare, refusal
from members.drift.events import DriftEvent
from members.drift.models import Change, ChangeAct, ChangePhase, DriftCheck, Finding, Reading
from members.drift.policy import CHECKS, CheckAction
from members.drift.queries.plans import (
    AT_THE_SERVER,
    CHANGE_FOR_FINDING,
    Proposal,
    WeekOfRemovals,
    review,
    weeks_of_removals,
)
from members.drift.queries.roster import admins_looked_for, candidates_in
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.queries.people import corrector_of_github
from members.people.workflow import rename_on_github
from web.conflicts import Conflict


@transaction.atomic
def confirm_apply(
    check: DriftCheck, findings: Collection[int], *, looked_at: Collection[int] = (), by: Actor
) -> list[Change]:
    """Order the changes that follow from `findings`, ids of the check's own; a worker makes them.

    `looked_at` are those of them whose account the admin has looked at, because only its name says whose it is. Raises
    `NotAllowed` for anybody but an admin, and `Conflict`: for a check that is old or not the newest, for nothing
    chosen, for what cannot be changed or is ordered already, for too many removals, and for an account to look at.
    """
    # Two orders at once, because of two checks, would each see only their own removals.
    list(Channel.objects.select_for_update().order_by("pk"))
    check = DriftCheck.objects.select_for_update().get(pk=check.pk)
    at = clock.now()
    who = CHECKS.require(CheckAction.APPLY, by, check, at)
    proposals = review(check, findings, at)
    if unseen := [
        proposal.finding for proposal in proposals if proposal.needs_look and proposal.finding.pk not in looked_at
    ]:
        raise Conflict(f"Look first whether the account {unseen[0].shown} is that of {unseen[0].person}.")
    _require_other_look(proposals, who)
    changes = [
        _saved(
            Change(
                finding=proposal.finding,
                act=proposal.act,
                confirmed_by=who,
                confirmed_at=at,
                was_looked_at=proposal.needs_look,
            )
        )
        for proposal in proposals
    ]
    counts = {str(act): sum(1 for change in changes if change.act == act) for act in ChangeAct}
    looked = [change.finding_id for change in changes if change.was_looked_at]
    record(DriftEvent.APPLY_CONFIRMED, target=check, by=who, at=at, looked_at=looked, **counts)
    return changes


def _require_other_look(proposals: Collection[Proposal], who: Person) -> None:
    """Raise `Conflict` where `who` wrote the name down themselves: one person lets no account in by it."""
    for proposal in proposals:
        finding = proposal.finding
        if proposal.needs_look and finding.person and corrector_of_github(finding.person) == label(who):
            raise Conflict(
                f"You corrected the GitHub name of {finding.person}. "
                f"Another admin looks whether the account {finding.shown} is theirs."
            )


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
        return not connector.add(_number(change, candidate), candidate.account)
    return not connector.add(candidate.account, name)


def _number(change: Change, candidate: Candidate) -> str:
    """Return the number of the account to add: the one on record, else the one that an admin looked at.

    Raises `Conflict` where neither is left, so that nobody is added by a name alone.
    """
    if candidate.number:
        return candidate.number
    finding = change.finding
    if not change.was_looked_at or not finding.identifier or finding.shown != candidate.account:
        raise Conflict(f"The GitHub name of {candidate.name} is not the one that was looked at. Check again.")
    other = Person.objects.filter(github_id=finding.identifier).exclude(pk=str(finding.person_id)).first()
    if other:
        raise Conflict(f"{finding.shown} is the account of {other.name}. Correct that first.")
    return finding.identifier


def _remove(connector: Connector, change: Change, people: list[Candidate], now: datetime) -> None:
    """Remove an account. The channel is read once more: an unknown account may have become somebody's, or have gone."""
    finding, accounts = change.finding, connector.accounts()
    if not any(_is_about(finding, account.identifier, account.name, account.role) for account in accounts):
        return
    shown = finding.shown or finding.identifier
    if finding.role == Privilege.OWNER and sum(account.role == Privilege.OWNER for account in accounts) == 1:
        raise Conflict(f"{shown} is the only owner. Add another owner there first.")
    comparison = compare(finding.reading.channel.kind, people, accounts)
    if not any(
        CHANGE_FOR_FINDING.get(each.kind) == ChangeAct.REMOVE
        and _is_about(finding, each.identifier, each.shown, each.role)
        for each in comparison.differences
    ):
        raise Conflict(f"{shown} is on the roster by now.")
    admins = admins_looked_for(now.date(), now.date()) & comparison.inside
    if refused := _refusal(finding.reading, sum(account.is_member for account in accounts), len(admins), now):
        raise Conflict(refused)
    connector.remove(finding.identifier, finding.shown, _place(finding.role))


def _is_about(finding: Finding, identifier: str, name: str, role: str) -> bool:
    """Return whether this is the account of the finding: by its identifier, or by name where it has none."""
    is_it = identifier == finding.identifier and (bool(identifier) or name == finding.shown)
    return is_it and _place(role) == _place(finding.role)


def _place(role: str) -> str:
    """Return the list on which an account with this privilege stands: maintainers are members of their team."""
    return "" if role == Privilege.MAINTAINER else role


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
        _note_on_checklist(change, at)
        record(DriftEvent.CHANGE_MADE, target=change, by=change.confirmed_by, at=at, invited=is_invited, **facts)


def _note_on_checklist(change: Change, at: datetime) -> None:
    """Note what the portal has done for somebody who joins or leaves; the check that follows ticks the step."""
    finding = change.finding
    if finding.person_id:
        direction = Direction.IN if change.act == ChangeAct.ADD else Direction.OUT
        boarding_workflow.note_applied(
            finding.reading.channel, finding.person_id, direction=direction, by=change.confirmed_by, at=at
        )


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
