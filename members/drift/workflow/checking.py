"""Comparing the roster of today with the channels: asked for, run by a worker, or made of a pasted list.

Servers are asked outside any transaction; their answers are then compared and written in one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import CheckResult
from members.boarding.workflow import Sightings
from members.channels.connectors import (
    Account,
    AccountProfile,
    ConnectorError,
    GitHubTeam,
    connector_of,
    server_of,
)
from members.channels.models import Channel, ChannelKind
from members.drift import pasted
from members.drift.comparison import Candidate, Comparison, Difference, Expectation, compare
from members.drift.events import DriftEvent
from members.drift.models import DriftCheck, Finding, FindingKind, Reading
from members.drift.policy import Action, require
from members.drift.queries.checks import connected_channels, has_been_read
from members.drift.queries.roster import candidates_in
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict
from web.validity import folded

logger = logging.getLogger(__name__)


#: What a number of an account has to stay below to be kept.
_TOO_LARGE = 2**63


@dataclass(frozen=True)
class _Answer:
    """The answer of one channel."""

    channel: Channel
    server: str
    accounts: Sequence[Account] = field(default_factory=tuple)
    error: str = ""
    profiles: Mapping[str, AccountProfile] = field(default_factory=dict)
    """The accounts that now have the names of people whose account is known by name only, by the name."""


@transaction.atomic
def request_check(*, by: Actor | None) -> DriftCheck:
    """Ask for a comparison with every connected channel; a worker runs it. None is the portal itself, every night.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while one is waiting, or when no channel
    is connected.
    """
    who = require(Action.CHECK_DRIFT, by) if by else None
    list(Channel.objects.select_for_update().order_by("pk"))  # two requests at once make one check
    if not connected_channels():
        raise Conflict("No channel is connected to a server yet, so there is nothing to check.")
    if DriftCheck.objects.waiting().exists():
        raise Conflict("A check is waiting already; its result will appear here.")
    check = DriftCheck.objects.create(requested_at=clock.now(), requested_by=who)
    record(DriftEvent.CHECK_REQUESTED, target=check, by=who, at=check.requested_at)
    return check


@transaction.atomic
def follow_up() -> DriftCheck | None:
    """Ask for a check after the last of the ordered changes was made; return it, None while it is not time.

    It says whether the changes are so, and ticks the steps of checklists. While another check waits, the sweep asks
    again later.
    """
    list(Channel.objects.select_for_update().order_by("pk"))
    changed = DriftCheck.objects.to_follow().last()
    if changed is None or not connected_channels() or DriftCheck.objects.waiting().exists():
        return None
    check = DriftCheck.objects.create(requested_at=clock.now(), follows=changed)
    record(DriftEvent.CHECK_REQUESTED, target=check, by=None, at=check.requested_at, follows=str(changed.pk))
    return check


def run_check(pk: UUID | str) -> None:
    """Run a check that waits. Does nothing for one that is finished; run twice at once, one of them counts."""
    if DriftCheck.objects.waiting().filter(pk=pk).update(started_at=clock.now()):
        _finish(pk, [_read(channel) for channel in connected_channels()])


def _read(channel: Channel) -> _Answer:
    server = server_of(channel.kind)
    try:
        connector = connector_of(channel.kind)
        accounts = connector.accounts() if connector else ()
        profiles = _profiles(connector, channel, accounts) if isinstance(connector, GitHubTeam) else {}
        return _Answer(channel, server, accounts, profiles=profiles)
    except ConnectorError as error:
        return _Answer(channel, server, error=str(error)[:300])
    except Exception as error:  # noqa: BLE001  whatever it is, the other channels are read
        logger.error("channel %s could not be read, %s", channel.pk, type(error).__name__)
        return _Answer(channel, server, error="The portal could not read its answer. This is a fault of the portal.")


def _profiles(team: GitHubTeam, channel: Channel, accounts: Sequence[Account]) -> dict[str, AccountProfile]:
    """Look up whoever is missing and known by name only, so that an admin can look at the account.

    What cannot be looked up is left out: nobody is added then.
    """
    people = candidates_in(channel, clock.now().date())
    missing = {each.person for each in compare(channel.kind, people, accounts).differences if not each.identifier}
    names = [each.account for each in people if each.person in missing and each.account and not each.number]
    found = {}
    for name in names:
        try:
            profile = team.account_called(name)
        except ConnectorError:
            break
        if profile:
            found[name] = profile
    return found


@transaction.atomic
def _finish(pk: UUID | str, answers: Sequence[_Answer]) -> None:
    check = DriftCheck.objects.select_for_update().get(pk=pk)
    if check.finished_at is not None:
        return
    before = DriftCheck.objects.finished().whole().first()
    at = clock.now()
    written = [_write(check, answer, at) for answer in answers]
    check.finished_at = at
    check.save(update_fields=["finished_at"])
    has_changed = _gist(check) != (_gist(before) if before else set())
    record(
        DriftEvent.CHANGED if has_changed else DriftEvent.CHECKED,
        target=check,
        by=None,
        at=at,
        channels=len(answers),
        unread=sum(1 for answer in answers if answer.error),
        findings=Finding.objects.filter(reading__check_run=check).count(),
        github_numbers_noted=sum(each.numbers for each in written),
        steps_ticked=sum(each.ticked for each in written),
    )


_COMPARED = ("reading__channel", "kind", "person", "identifier", "shown", "role")


@dataclass(frozen=True)
class _Written:
    """What one reading has taught beside its findings."""

    numbers: int = 0
    ticked: int = 0


def _gist(check: DriftCheck) -> set[tuple[object, ...]]:
    """Return what two checks have in common when the second one is no news."""
    findings = Finding.objects.filter(reading__check_run=check)
    failed = check.readings.exclude(error="")
    return {*findings.values_list(*_COMPARED)} | {
        (channel, "error") for channel in failed.values_list("channel", flat=True)
    }


def _write(check: DriftCheck, answer: _Answer, at: datetime) -> _Written:
    """Write the reading with its findings and what it proves; return how much that was."""
    channel = answer.channel
    entries = sum(account.is_member for account in answer.accounts)
    reading = Reading.objects.create(
        check_run=check, channel=channel, server=answer.server, entries=entries, error=answer.error
    )
    if answer.error:
        # An outage hides nothing that an earlier check has found.
        if not has_been_read(channel):
            boarding_workflow.note_outage(channel, check_run=check.pk, at=at)
        return _Written()
    by_address = any("@" in account.identifier for account in answer.accounts)
    people = candidates_in(channel, at.date(), by_address=by_address)
    comparison = compare(channel.kind, people, answer.accounts)
    Finding.objects.bulk_create(_finding(reading, difference, answer) for difference in comparison.differences)
    ticked = _note_on_checklists(check, channel, people, comparison, at)
    return _Written(_note_numbers(comparison), ticked)


def _finding(reading: Reading, difference: Difference, answer: _Answer) -> Finding:
    """Return the finding of a difference; whoever is missing has the account that their name leads to now."""
    is_missing = difference.kind == FindingKind.MISSING
    profile = answer.profiles.get(difference.shown) if is_missing else None
    return Finding(
        reading=reading,
        kind=difference.kind,
        person_id=difference.person,
        identifier=_storable(str(profile.number) if profile else difference.identifier),
        shown=_storable(difference.shown),
        role=difference.role,
        profile=profile.url if profile else "",
    )


def _note_on_checklists(
    check: DriftCheck, channel: Channel, people: Sequence[Candidate], comparison: Comparison, at: datetime
) -> int:
    """Write onto the steps of checklists what this channel says of each person; return how many it ticked."""
    outside = [person for person in people if person.account and person.expected == Expectation.OUTSIDE]
    gone = {person.person for person in outside} - comparison.inside - comparison.invited - comparison.left
    return boarding_workflow.note_check(
        channel,
        check_run=check.pk,
        at=at,
        results={
            difference.person: CheckResult(difference.kind)
            for difference in comparison.differences
            if difference.person
        },
        sightings=Sightings(
            inside=comparison.inside,
            certainly_inside=comparison.certain,
            gone=gone,
            certainly_gone={
                person.person for person in outside if person.person in gone and _can_tell(channel, person, comparison)
            },
        ),
    )


def _can_tell(channel: Channel, person: Candidate, comparison: Comparison) -> bool:
    """Return whether somebody who was not found is gone: not where they may be there under another account."""
    is_proven = channel.kind != ChannelKind.GITHUB or bool(person.number)
    return is_proven and folded(person.name) not in comparison.unknown_names


def _storable(text: str) -> str:
    """Return the text of a server without what no database keeps: NUL and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()[:254]


def _note_numbers(comparison: Comparison) -> int:
    """Note the GitHub numbers of people on record by name only, which identify them from now on; return how many."""
    noted = 0
    for person, number in comparison.numbers.items():
        if number < _TOO_LARGE and not Person.objects.filter(github_id=number).exists():
            noted += Person.objects.filter(pk=person, github_id=None).update(github_id=number)
    return noted


@transaction.atomic
def paste_list(channel: Channel, text: str, *, by: Actor) -> DriftCheck:
    """Compare a list that somebody pasted or uploaded, at once; a check of its own with one reading.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a channel that has a server or is
    retired, and for a list with lines that cannot be read.
    """
    who = require(Action.CHECK_DRIFT, by)
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.kind != ChannelKind.LIST or channel.retired_at is not None:
        raise Conflict(f"{channel.name} is not a list that can be pasted.")
    listed = pasted.read(text)
    if listed.faults or not listed.accounts:
        raise Conflict(" ".join(listed.faults) or "The list is empty.")
    at = clock.now()
    check = DriftCheck.objects.create(requested_at=at, requested_by=who, started_at=at, finished_at=at)
    _write(check, _Answer(channel, f"pasted by {who.name}"[:200], listed.accounts), at)
    findings = Finding.objects.filter(reading__check_run=check).count()
    record(DriftEvent.CHECKED, target=check, by=who, at=at, channel=channel.pk, findings=findings)
    return check
