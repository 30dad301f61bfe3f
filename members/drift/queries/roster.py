"""The roster's side of a comparison: the people whom a channel may list."""

from __future__ import annotations

from datetime import date

from members.boarding.models import Checklist
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift.comparison import Candidate, expectation, key_of, keys_on_github
from members.people.models import Membership, Person, Suspension


def candidates_in(channel: Channel, day: date, *, by_address: bool = True) -> list[Candidate]:
    """Return the members of `day` (UTC), people being onboarded and former members, in order of name.

    `by_address` says whether a list of kind LIST holds addresses or names.
    """
    members = set(Person.objects.members(day).values_list("pk", flat=True))
    arriving = set(Checklist.objects.onboardings().running().values_list("person", flat=True))
    suspended = set(Suspension.objects.in_force().values_list("person", flat=True))
    left = set(Membership.objects.exclude(ended="").values_list("person", flat=True))
    noted = dict(ChannelAccount.objects.filter(channel=channel).values_list("person", "identifier"))
    people = Person.objects.filter(pk__in=members | arriving | left).order_by("sort_key", "pk")
    candidates = []
    for pk, name, github, number, address in people.values_list("pk", "name", "github", "github_id", "user__email"):
        if channel.kind == ChannelKind.GITHUB:
            keys = keys_on_github(github, number, address or "")
            account = github or (f"#{number}" if number else "")
        else:
            own = noted.get(pk, "")
            names = channel.traits.names(address=address, github=github, name=name)
            keys = tuple(map(key_of, ([own] if own else []) + names))
            account = own or channel.traits.usual_account(name, address or "", by_address=by_address)
        expected = expectation(is_member=pk in members, is_arriving=pk in arriving, is_suspended=pk in suspended)
        candidates.append(Candidate(pk, name, keys, expected, account))
    return candidates


def admins_looked_for(day: date, today: date) -> set[object]:
    """Return the keys of the admins of `today` among the members of `day` (both UTC), whom a check has looked for."""
    acting = Person.objects.acting_admins(today).values("pk")
    return set(Person.objects.members(day).filter(pk__in=acting).values_list("pk", flat=True))
