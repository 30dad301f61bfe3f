"""Read what people are called in channels."""

from __future__ import annotations

from members.channels.models import Channel, ChannelKind
from members.people.models import Person


def account_in(channel: Channel, person: Person, address: str, noted: str) -> str:
    """Return what `person` is called in `channel`, as far as it is on record.

    `address` is what they sign in with, `noted` what is noted for them in the channel; each is empty without one.
    """
    if channel.is_login:
        return ""
    if channel.kind == ChannelKind.GITHUB:
        return person.github
    return noted or usual_account(ChannelKind(channel.kind), person.name, address)


def usual_account(kind: ChannelKind, name: str, address: str, *, by_address: bool = True) -> str:
    """Return what somebody would be called in a channel in which nothing is noted of them, empty if that is unknown.

    `by_address` says whether a list without a server holds addresses or names.
    """
    if kind == ChannelKind.DISCORD:
        return ""
    return address if kind == ChannelKind.MAILMAN or by_address else name
