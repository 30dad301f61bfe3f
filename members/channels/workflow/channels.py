"""The channels themselves: lists are added, renamed and retired; what to do in each is written down."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.channels.events import ChannelEvent
from members.channels.models import Channel, ChannelKind
from members.channels.policy import Action, require
from members.people.policy import Actor
from web.conflicts import Conflict

_STEP = 10


@transaction.atomic
def save_channel(channel: Channel | None, *, name: str, to_let_in: str, to_let_out: str, by: Actor) -> Channel:
    """Add a list (`channel` None) at the end, or change one. The four with a connector keep their names.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a name that is taken and for a retired channel.
    """
    who = require(Action.KEEP_CHANNELS, by)
    everything = _locked()
    row = _one_of(everything, channel) if channel else Channel(kind=ChannelKind.LIST, position=_after(everything))
    if row.kind == ChannelKind.LIST:
        if any(one.name.casefold() == name.casefold() and one.pk != row.pk for one in everything):
            raise Conflict(f"There is a channel called {name} already.")
        row.name = name
    row.to_let_in, row.to_let_out = to_let_in, to_let_out
    row.save()
    record(ChannelEvent.SAVED, target=row, by=who, at=clock.now(), added=channel is None)
    return row


@transaction.atomic
def move_channel_up(channel: Channel, *, by: Actor) -> Channel:
    """Show it one place earlier, on checklists and in drift checks; the first stays where it is.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a retired channel.
    """
    who = require(Action.KEEP_CHANNELS, by)
    everything = _locked()
    row = _one_of(everything, channel)
    used = [one for one in everything if one.retired_at is None]
    place = used.index(row)
    used.insert(max(place - 1, 0), used.pop(place))
    for number, one in enumerate(used, start=1):
        one.position = number * _STEP
    Channel.objects.bulk_update(used, ["position"])
    record(ChannelEvent.SAVED, target=row, by=who, at=clock.now(), moved=True)
    return row


@transaction.atomic
def retire_channel(channel: Channel, *, by: Actor) -> Channel:
    """Put a list on no new checklist and into no check; checklists that have it keep it.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for the four with a connector, and for one
    that is retired.
    """
    who = require(Action.KEEP_CHANNELS, by)
    row = _one_of(_locked(), channel)
    if row.kind != ChannelKind.LIST:
        raise Conflict(f"{row.name} cannot be retired; leave its settings empty instead.")
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    record(ChannelEvent.RETIRED, target=row, by=who, at=row.retired_at)
    return row


def _locked() -> list[Channel]:
    """Every channel, so that two who change their order wait for each other."""
    return list(Channel.objects.select_for_update().order_by("position", "pk"))


def _one_of(everything: list[Channel], channel: Channel) -> Channel:
    row = next(one for one in everything if one.pk == channel.pk)
    if row.retired_at is not None:
        raise Conflict(f"{row.name} is retired.")
    return row


def _after(everything: list[Channel]) -> int:
    return max((one.position for one in everything), default=0) + _STEP
