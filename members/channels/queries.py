"""Reads about channels: people, and their noted accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from members.channels.models import Channel, ChannelAccount
from members.people.models import Person


def people_by_name(part: str, day: date) -> QuerySet[Person]:
    """Return everybody whose name contains `part`, or the members of `day` (UTC) for an empty one."""
    if part:
        return Person.objects.filter(name__icontains=part)
    return Person.objects.members(day).distinct()


def noted_accounts(channel: Channel, people: Iterable[Person]) -> dict[UUID, str]:
    """Return the identifiers noted for `people` in a channel, by the person's id. One query."""
    accounts = ChannelAccount.objects.filter(channel=channel, person__in=list(people))
    return dict(accounts.values_list("person", "identifier"))
