"""Read the accounts that people have in the channels."""

from __future__ import annotations

from collections.abc import Iterator

from members.people.models import Person
from members.people.registry import OwnData


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield a person's names in the channels, in the channels' order."""
    rows = list(person.channel_accounts.select_related("channel").order_by("channel__position", "channel_id", "pk"))
    told = [{"channel": row.channel.name, "identifier": row.identifier} for row in rows]
    yield OwnData(50, "channel_accounts", told, rows)
