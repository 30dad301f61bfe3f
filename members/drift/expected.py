"""Who the portal knows, as each channel may know them: one side of a drift check."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from uuid import UUID

from members.boarding.models import Onboarding
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift.comparison import Known, Standing, keys_on_github
from members.people.models import Membership, Person, Suspension


def known_in(channel: Channel, day: date, *, by_address: bool = True) -> list[Known]:
    """The members of `day` (UTC), whoever is being onboarded, and whoever has left; in order of name.

    `by_address` says whether a list of kind LIST holds addresses or names.
    """
    members = set(Person.objects.members(day).values_list("pk", flat=True))
    arriving = set(Onboarding.objects.running().values_list("person", flat=True))
    # Whoever took a suspended member off a channel by hand must not be asked to let them in again.
    suspended = set(Suspension.objects.in_force().values_list("person", flat=True))
    left = set(Membership.objects.exclude(ended="").values_list("person", flat=True))
    noted = dict(ChannelAccount.objects.filter(channel=channel).values_list("person", "identifier"))
    rows = Person.objects.filter(pk__in=members | arriving | left).order_by("name", "pk")
    found = []
    for pk, name, github, number, address in rows.values_list("pk", "name", "github", "github_id", "user__email"):
        standing = _standing(pk, members - suspended, arriving | (members & suspended))
        if channel.kind == ChannelKind.GITHUB:
            keys = keys_on_github(github, number, address or "")
            account = github or (f"#{number}" if number else "")
        else:
            names = (address, github, name) if channel.kind == ChannelKind.LIST else (address,)
            known = (noted.get(pk), *(() if channel.kind == ChannelKind.DISCORD else names))
            keys = tuple(word.casefold() for word in known if word)
            account = noted.get(pk) or _usual(ChannelKind(channel.kind), name, address or "", by_address=by_address)
        found.append(Known(pk, name, keys, standing, account))
    return found


def _standing(person: UUID, members: Container[UUID], neither: Container[UUID]) -> Standing:
    """`neither` is expected in no channel, and unknown in none."""
    return Standing.MEMBER if person in members else Standing.ARRIVING if person in neither else Standing.LEFT


def account_in(channel: Channel, person: Person, address: str, noted: str) -> str:
    """What `person` is called in `channel`, as far as it is on record; `noted` is what is noted there, or empty."""
    if channel.is_login:
        return ""
    if channel.kind == ChannelKind.GITHUB:
        return person.github
    return noted or _usual(ChannelKind(channel.kind), person.name, address, by_address=True)


def _usual(kind: ChannelKind, name: str, address: str, *, by_address: bool) -> str:
    """What somebody would be called in a channel in which nothing is noted of them."""
    if kind == ChannelKind.DISCORD:
        return ""
    return address if kind == ChannelKind.MAILMAN or by_address else name
