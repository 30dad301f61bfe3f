"""Reads about channels: people, and their noted accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.people.models import Person
from members.people.queries.people import named_like
from members.people.registry import OwnData


def people_by_name(part: str, day: date) -> QuerySet[Person]:
    """Return everybody whose name contains `part`, or the members of `day` (UTC) for an empty one."""
    if part:
        return Person.objects.filter(named_like(part))
    return Person.objects.members(day).distinct()


def noted_accounts(channel: Channel, people: Iterable[Person]) -> dict[UUID, str]:
    """Return the identifiers noted for `people` in a channel, by the person's id. One query."""
    accounts = ChannelAccount.objects.filter(channel=channel, person__in=list(people))
    return dict(accounts.values_list("person", "identifier"))


def account_in(channel: Channel, person: Person, address: str, noted: str) -> str:
    """Return what `person` is called in `channel`, as far as it is on record.

    `address` is what they sign in with, `noted` what is noted for them in the channel; each is empty without one.
    """
    if channel.is_login:
        return ""
    if channel.kind == ChannelKind.GITHUB:
        return person.github
    return noted or channel.traits.usual_account(person.name, address)


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield a person's names in the channels, in the channels' order."""
    rows = list(person.channel_accounts.select_related("channel").order_by("channel__position", "channel_id", "pk"))
    told = [{"channel": row.channel.name, "identifier": row.identifier} for row in rows]
    yield OwnData(50, "channel_accounts", told, rows)
