"""The roster's side of a comparison: the people whom a channel may list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from members.boarding.models import Checklist
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift.comparison import Candidate, expectation, key_of, keys_on_github
from members.people.models import FormerGitHubName, Membership, Person, Suspension


def candidates_in(channel: Channel, day: date, *, by_address: bool = True) -> list[Candidate]:
    """Return the members of `day` (UTC), people being onboarded and former members, in order of name.

    `by_address` says whether a list of kind LIST holds addresses or names.
    """
    members = set(Person.objects.members(day).values_list("pk", flat=True))
    onboardings = Checklist.objects.onboardings().running().values_list("person", "accepted_at")
    accepted_at = dict(onboardings)
    suspended = set(Suspension.objects.in_force().values_list("person", flat=True))
    left = set(Membership.objects.exclude(ended="").values_list("person", flat=True))
    noted = dict(ChannelAccount.objects.filter(channel=channel).values_list("person", "identifier"))
    former = _former_names() if channel.kind == ChannelKind.GITHUB else {}
    people = Person.objects.filter(pk__in=members | set(accepted_at) | left).order_by("sort_key", "pk")
    candidates = []
    for pk, name, github, number, address in people.values_list("pk", "name", "github", "github_id", "user__email"):
        if channel.kind == ChannelKind.GITHUB:
            keys = keys_on_github(github, number, address or "", former.get(pk, ()))
            account = github or (f"#{number}" if number else "")
        else:
            own = noted.get(pk, "")
            names = channel.traits.names(address=address, github=github, name=name)
            keys = tuple(map(key_of, ([own] if own else []) + names))
            account = own or channel.traits.usual_account(name, address or "", by_address=by_address)
        expected = expectation(
            is_member=pk in members,
            is_arriving=pk in accepted_at,
            has_accepted=accepted_at.get(pk) is not None,
            is_suspended=pk in suspended,
        )
        candidates.append(Candidate(pk, name, keys, expected, account))
    return candidates


def _former_names() -> dict[Any, list[str]]:
    """Return the former GitHub names of everybody, newest first, but for those that somebody has now."""
    taken = {name.casefold() for name in Person.objects.exclude(github="").values_list("github", flat=True)}
    found = defaultdict(list)
    for person, name in FormerGitHubName.objects.order_by("-until", "-pk").values_list("person", "name"):
        if name.casefold() not in taken:
            found[person].append(name)
    return found


def admins_looked_for(day: date, today: date) -> set[object]:
    """Return the keys of the admins of `today` among the members of `day` (both UTC), whom a check has looked for."""
    acting = Person.objects.acting_admins(today).values("pk")
    return set(Person.objects.members(day).filter(pk__in=acting).values_list("pk", flat=True))
