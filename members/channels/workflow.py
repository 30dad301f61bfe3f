"""Write channels and accounts: lists are added, changed, moved and retired; accounts in channels are noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import clock
from audit.log import record
from members.channels.events import ChannelEvent
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.channels.policy import Action, require
from members.people.models import Person
from members.people.policy import Actor
from web.conflicts import Conflict, conflict_on_integrity_error

#: The distance between the positions of two channels.
_STEP = 10

# -- channels -----------------------------------------------------------------------------------------------


@transaction.atomic
def save_channel(
    channel: Channel | None, *, name: str, to_let_in: str, to_let_out: str, contact: str = "", by: Actor
) -> Channel:
    """Add a list (`channel` None) at the end, or change one. Only lists are called as admins like.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a name that is taken and for a retired channel.
    """
    who = require(Action.KEEP_CHANNELS, by)
    channels = _locked()
    row = _in_use(channels, channel) if channel else Channel(kind=ChannelKind.LIST, position=_after(channels))
    if row.is_list:
        if any(other.name.casefold() == name.casefold() and other.pk != row.pk for other in channels):
            raise Conflict(f"There is a channel called {name} already.")
        row.name = name
    row.to_let_in, row.to_let_out, row.contact = to_let_in, to_let_out, contact
    row.save()
    record(ChannelEvent.SAVED, target=row, by=who, at=clock.now(), added=channel is None)
    return row


@transaction.atomic
def move_channel_up(channel: Channel, *, by: Actor) -> Channel:
    """Move a channel one place up, on checklists and in drift checks; the first one stays where it is.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a retired channel.
    """
    who = require(Action.KEEP_CHANNELS, by)
    channels = _locked()
    row = _in_use(channels, channel)
    in_use = [other for other in channels if other.retired_at is None]
    place = in_use.index(row)
    in_use.insert(max(place - 1, 0), in_use.pop(place))
    for number, other in enumerate(in_use, start=1):
        other.position = number * _STEP
    Channel.objects.bulk_update(in_use, ["position"])
    record(ChannelEvent.SAVED, target=row, by=who, at=clock.now(), moved=True)
    return row


@transaction.atomic
def retire_channel(channel: Channel, *, by: Actor) -> Channel:
    """Retire a list: it is on no new checklist and in no check; checklists that have it keep it.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a channel of another kind, and for one
    that is retired.
    """
    who = require(Action.KEEP_CHANNELS, by)
    row = _in_use(_locked(), channel)
    if not row.is_list:
        raise Conflict(f"{row.name} cannot be retired; leave its settings empty instead.")
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    record(ChannelEvent.RETIRED, target=row, by=who, at=row.retired_at)
    return row


def _locked() -> list[Channel]:
    """Lock and return every channel, so that two changes of the order wait for each other."""
    return list(Channel.objects.select_for_update().order_by("position", "pk"))


def _in_use(channels: list[Channel], channel: Channel) -> Channel:
    """Return the locked row of `channel`; raises `Conflict` for a retired one."""
    row = next(row for row in channels if row.pk == channel.pk)
    if row.retired_at is not None:
        raise Conflict(f"{row.name} is retired.")
    return row


def _after(channels: list[Channel]) -> int:
    return max((channel.position for channel in channels), default=0) + _STEP


# -- accounts -----------------------------------------------------------------------------------------------


@transaction.atomic
def note_account(channel: Channel, person: Person, identifier: str, *, by: Actor) -> Person:
    """Note the account of `person` in `channel`; an empty identifier removes the note. The audit log keeps no value.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when it belongs to somebody else or the
    channel has no such notes.
    """
    who = require(Action.KEEP_CHANNELS, by)
    return write_account(channel, person, identifier, by=who, at=clock.now())


@transaction.atomic
def write_account(
    channel: Channel, person: Person, identifier: str, *, by: Person, at: datetime, **data: Any
) -> Person:
    """Note an account like `note_account`, for a verb that has asked its own policy; `data` goes into the event.

    Raises `Conflict` as `note_account` does.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    identifier = identifier.strip().lower()
    if not channel.notes_accounts:
        raise Conflict(f"Accounts of {channel.name} are not noted here.")
    _require_own(channel, person, identifier)
    if identifier:
        with conflict_on_integrity_error(lambda: _require_own(channel, person, identifier)):
            ChannelAccount.objects.update_or_create(channel=channel, person=person, defaults={"identifier": identifier})
    else:
        ChannelAccount.objects.filter(channel=channel, person=person).delete()
    facts = {"channel": channel.pk, "noted": bool(identifier), **data}
    record(ChannelEvent.ACCOUNT_NOTED, target=person, by=by, at=at, **facts)
    return person


def _require_own(channel: Channel, person: Person, identifier: str) -> None:
    other = ChannelAccount.objects.filter(channel=channel, identifier=identifier).exclude(person=person).first()
    if other:
        raise Conflict(f"This account is noted as that of {other.person.name} already.")
