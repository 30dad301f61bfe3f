"""What somebody is called in a channel, and on GitHub."""

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


def has_noted_accounts(channel: Channel) -> bool:
    """Whether accounts are noted in it: a GitHub name belongs to the person, a login to itself."""
    return channel.kind not in {ChannelKind.GITHUB, ChannelKind.LOGIN}


@transaction.atomic
def note_account(channel: Channel, person: Person, identifier: str, *, by: Actor) -> Person:
    """Note what `person` is called in `channel`; an empty identifier takes the note away. The log keeps no value.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when it belongs to somebody else or the
    channel has no such notes.
    """
    who = require(Action.KEEP_CHANNELS, by)
    return write_account(channel, person, identifier, by=who, at=clock.now())


@transaction.atomic
def write_account(
    channel: Channel, person: Person, identifier: str, *, by: Person, at: datetime, **data: Any
) -> Person:
    """The same for whoever has asked the policy already."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    identifier = identifier.strip().lower()
    if not has_noted_accounts(channel):
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
