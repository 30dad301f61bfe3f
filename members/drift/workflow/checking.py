"""Comparing the roster of today with the channels: asked for, run by a worker, or made of a pasted list.

Servers are asked outside any transaction; what they said is then compared and written in one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.models import OffboardingStep, OnboardingStep
from members.channels.models import Channel, ChannelKind
from members.drift import pasted
from members.drift.comparison import Comparison, Standing, compare
from members.drift.connectors import Account, ConnectorError, connector_of, server_of
from members.drift.events import DriftEvent
from members.drift.expected import known_in
from members.drift.models import DriftCheck, Finding, Reading
from members.drift.policy import Action, require
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict

logger = logging.getLogger(__name__)


#: What a number of an account has to stay below to be kept.
_TOO_LARGE = 2**63


@dataclass(frozen=True)
class _Read:
    """What one channel answered."""

    channel: Channel
    server: str
    accounts: Sequence[Account] = field(default_factory=tuple)
    error: str = ""


def connected_channels() -> list[Channel]:
    """The channels in use that have a server."""
    return [channel for channel in Channel.objects.in_use() if server_of(channel.kind)]


@transaction.atomic
def request_check(*, by: Actor | None) -> DriftCheck:
    """Ask for a comparison with every connected channel; a worker runs it. None is the nightly schedule.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while one is waiting, or when no channel
    is connected.
    """
    who = require(Action.CHECK_DRIFT, by) if by else None
    list(Channel.objects.select_for_update().order_by("pk"))  # two who ask at once get one check
    if not connected_channels():
        raise Conflict("No channel is connected to a server yet, so there is nothing to check.")
    if DriftCheck.objects.waiting().exists():
        raise Conflict("A check is waiting already; its result will appear here.")
    asked = DriftCheck.objects.create(requested_at=clock.now(), requested_by=who)
    record(DriftEvent.CHECK_REQUESTED, target=asked, by=who, at=asked.requested_at)
    return asked


def run_check(pk: UUID | str) -> None:
    """Run a check that waits. Does nothing for one that is finished; run twice at once, one of them counts."""
    if DriftCheck.objects.waiting().filter(pk=pk).exists():
        _finish(pk, [_read(channel) for channel in connected_channels()])


def _read(channel: Channel) -> _Read:
    server = server_of(channel.kind)
    try:
        connector = connector_of(channel.kind)
        return _Read(channel, server, connector.accounts() if connector else ())
    except ConnectorError as error:
        return _Read(channel, server, error=str(error)[:300])
    except Exception as error:  # noqa: BLE001  whatever it is, the other channels are read
        logger.error("channel %s could not be read, %s", channel.pk, type(error).__name__)
        return _Read(channel, server, error="The portal could not read its answer. This is a fault of the portal.")


@transaction.atomic
def _finish(pk: UUID | str, reads: Sequence[_Read]) -> None:
    ours = DriftCheck.objects.select_for_update().get(pk=pk)
    if ours.finished_at is not None:
        return
    before = DriftCheck.objects.finished().whole().first()
    at = clock.now()
    numbers = sum(_write(ours, read, at) for read in reads)
    ours.finished_at = at
    ours.save(update_fields=["finished_at"])
    has_changed = _gist(ours) != (_gist(before) if before else set())
    record(
        DriftEvent.CHANGED if has_changed else DriftEvent.CHECKED,
        target=ours,
        by=None,
        at=at,
        channels=len(reads),
        unread=sum(1 for read in reads if read.error),
        findings=Finding.objects.filter(reading__check_run=ours).count(),
        github_numbers_noted=numbers,
    )


def _gist(ours: DriftCheck) -> set[tuple[object, ...]]:
    """What two checks must have in common to be the same news."""
    findings = Finding.objects.filter(reading__check_run=ours)
    failed = ours.readings.exclude(error="")
    return {*findings.values_list("reading__channel", "kind", "person", "identifier", "shown")} | {
        (channel, "error") for channel in failed.values_list("channel", flat=True)
    }


def _write(ours: DriftCheck, read: _Read, at: datetime) -> int:
    """The reading with its findings, and what it proves; how many GitHub numbers it taught."""
    reading = Reading.objects.create(
        check_run=ours, channel=read.channel, server=read.server, entries=len(read.accounts), error=read.error
    )
    if read.error:
        return 0
    by_address = any("@" in account.identifier for account in read.accounts)
    people = known_in(read.channel, at.date(), by_address=by_address)
    found = compare(ChannelKind(read.channel.kind), people, read.accounts)
    Finding.objects.bulk_create(
        Finding(
            reading=reading,
            kind=one.kind,
            person_id=one.person,
            identifier=_storable(one.identifier),
            shown=_storable(one.shown),
        )
        for one in found.differences
    )
    gone = {one.person for one in people if one.account and one.standing == Standing.LEFT}
    _confirm_steps(read.channel, found, gone - found.inside - found.invited, at)
    return _note_numbers(found)


def _storable(text: str) -> str:
    """What a server called an account, without what no database keeps: NUL and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()[:254]


def _confirm_steps(channel: Channel, found: Comparison, gone: set[UUID], at: datetime) -> None:
    """Ticked steps of checklists that this channel bears out.

    `gone` are those who have left the team and whose account, which is on record, was not seen.
    """
    given = OnboardingStep.objects.filter(channel=channel, confirmed_at=None, not_needed=False)
    given.filter(done_at__isnull=False, onboarding__person__in=found.inside).update(confirmed_at=at)
    taken = OffboardingStep.objects.filter(channel=channel, confirmed_at=None)
    taken.filter(done_at__isnull=False, offboarding__person__in=gone).update(confirmed_at=at)


def _note_numbers(found: Comparison) -> int:
    """GitHub numbers of people known by name only: from now on the number is who they are."""
    noted = 0
    for person, number in found.numbers.items():
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
    ours = DriftCheck.objects.create(requested_at=at, requested_by=who, finished_at=at)
    _write(ours, _Read(channel, f"pasted by {who.name}"[:200], listed.accounts), at)
    findings = Finding.objects.filter(reading__check_run=ours).count()
    record(DriftEvent.CHECKED, target=ours, by=who, at=at, channel=channel.pk, findings=findings)
    return ours
