"""Compare a channel with the roster: plain values, without database and network.

Both sides are reduced to keys. On GitHub that is the account's number and, only where the number is
not known, the name and former names: an old name may belong to somebody else by now. Elsewhere it is an
address or an id. Somebody who is matched by no key may still be found by the name the channel shows.

What an account may do beside being a member is a list of its own: who left is a finding there as well,
while nobody has to be on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from members.channels.connectors import Account
from members.channels.connectors.base import OF_THE_CHANNEL
from members.channels.models import ChannelKind
from members.drift.models import FindingKind
from members.people.policy import LEAST_ADMINS
from web.validity import folded, sort_key

#: Of the entries of a list, at most this part may be removed within `WINDOW`, by all checks and all admins together.
REMOVABLE_PART = (1, 4)
#: How long a removal counts, from its order.
WINDOW = timedelta(days=7)


#: So many of the roster's admins have to be seen in a channel before anybody is removed from it: as many as there are.
LEAST_ADMINS_INSIDE = LEAST_ADMINS


class Expectation(StrEnum):
    """The place of a person on the day of the check, inside the channels or outside; the order is that of matching."""

    INSIDE = "inside"  # a member, or a newcomer who has accepted the responsibilities
    EITHER = "either"  # a newcomer before that, or suspended: may be there, need not
    OUTSIDE = "outside"  # has left


def expectation(*, is_member: bool, is_arriving: bool, has_accepted: bool, is_suspended: bool) -> Expectation:
    """Return what a check expects of somebody who is a member, is being onboarded or has left.

    A newcomer is let in once they have accepted the responsibilities. A suspended member is neither
    missing nor surplus: an admin who took them off a channel by hand in an emergency must not be asked to let them in
    again.
    """
    if (is_member or has_accepted) and not is_suspended:
        return Expectation.INSIDE
    return Expectation.EITHER if is_arriving or is_member else Expectation.OUTSIDE


@dataclass(frozen=True)
class Candidate:
    """A person on record, as one channel may list them."""

    person: UUID
    name: str
    keys: tuple[str, ...] = ()
    expected: Expectation = Expectation.INSIDE
    account: str = ""
    """The account that the channel would show: GitHub name or address. Empty: no account on record."""

    @property
    def number(self) -> str:
        """Return the number of their account on GitHub; empty where only a name is on record."""
        return next((key.removeprefix("#") for key in self.keys if key.startswith("#")), "")


@dataclass(frozen=True)
class Difference:
    """One account that is not as the roster has it."""

    kind: FindingKind
    person: UUID | None
    identifier: str = ""
    shown: str = ""
    role: str = ""
    """The privilege that it is about; empty for plain membership."""


@dataclass(frozen=True)
class Comparison:
    """The differences in a fixed order, and who was found."""

    differences: tuple[Difference, ...]
    inside: frozenset[UUID]
    """The people who are in, under whatever name."""
    certain: frozenset[UUID] = frozenset()
    """Those of them whose account is known to be theirs, and not only shows their name or one they had before."""
    invited: frozenset[UUID] = frozenset()
    """The people who are invited and not yet in."""
    numbers: Mapping[UUID, int] = field(default_factory=dict)
    """GitHub numbers of people who were found by name."""

    @property
    def left(self) -> frozenset[UUID]:
        """Return the people who have left and still have an account or a privilege."""
        return frozenset(each.person for each in self.differences if each.kind == FindingKind.LEFT and each.person)

    @property
    def unknown_names(self) -> frozenset[str]:
        """Return the names that accounts of nobody show, as names are compared."""
        return frozenset(folded(each.shown) for each in self.differences if each.kind == FindingKind.UNKNOWN)


def keys_on_github(name: str, number: int | None, address: str, former: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the keys of somebody on record. An invitation shows no number, so it is matched by name or address.

    A name that somebody had before still means them, after the one they have now.
    """
    names = [word for word in (name, *former) if word]
    proof = [f"#{number}"] if number else [word.casefold() for word in names]
    return (*proof, *(f"invited {word.casefold()}" for word in (*names, address) if word))


def key_of(word: str) -> str:
    """Return an address, an id or a name as the keys of people and accounts have it."""
    return word.casefold() if "@" in word else folded(word)


def _keys_of(kind: str, account: Account) -> list[str]:
    if kind != ChannelKind.GITHUB:
        return [key_of(account.identifier)]
    if account.is_pending:
        return [f"invited {word.casefold()}" for word in (account.name, *account.also)]
    return [f"#{account.identifier}", account.name.casefold()]


def compare(kind: str, people: Sequence[Candidate], accounts: Sequence[Account]) -> Comparison:
    """Return everything that differs between `people` and the `accounts` of one channel."""
    privileged = [account for account in accounts if not account.is_member]
    accounts = [account for account in accounts if account.is_member]
    matches, free = _match(kind, people, accounts)
    by_name = {} if kind == ChannelKind.GITHUB else _match_by_name(people, matches, [accounts[i] for i in free])
    taken = {id(account) for account in by_name.values()}
    differences = [difference for candidate in people for difference in _difference(kind, candidate, matches, by_name)]
    differences += [_unknown(accounts[i]) for i in free if id(accounts[i]) not in taken]
    differences += _privileges(kind, people, privileged)
    order = {kind: number for number, kind in enumerate(FindingKind)}

    def order_of(difference: Difference) -> tuple[int, str, str]:
        return order[difference.kind], sort_key(difference.shown), f"{difference.identifier} {difference.role}"

    pairs = [(candidate, matches[candidate.person]) for candidate in people if candidate.person in matches]
    return Comparison(
        differences=tuple(sorted(differences, key=order_of)),
        inside=frozenset({candidate.person for candidate, account in pairs if not account.is_pending} | set(by_name)),
        certain=frozenset(
            candidate.person
            for candidate, account in pairs
            if not account.is_pending and not _is_by_former_name(kind, candidate, account)
        ),
        invited=frozenset(candidate.person for candidate, account in pairs if account.is_pending),
        numbers=_numbers(pairs) if kind == ChannelKind.GITHUB else {},
    )


def _match(
    kind: str, people: Sequence[Candidate], accounts: Sequence[Account]
) -> tuple[dict[UUID, Account], list[int]]:
    """Return each person's account, and the positions of the accounts that are nobody's. Members are matched first.

    Somebody on a list under two addresses that are both theirs is on it once.
    """
    index: dict[str, list[int]] = {}
    for number, account in enumerate(accounts):
        for key in _keys_of(kind, account):
            index.setdefault(key, []).append(number)
    matches, used = dict[UUID, Account](), set[int]()
    for candidate in _in_order(people):
        numbers = [number for key in candidate.keys for number in index.get(key, []) if number not in used]
        if numbers:
            matches[candidate.person] = accounts[numbers[0]]
            used.update(numbers)
    return matches, [number for number in range(len(accounts)) if number not in used]


def _in_order(people: Sequence[Candidate]) -> list[Candidate]:
    """Return people in the order in which accounts are matched to them: members first."""
    return sorted(people, key=lambda candidate: list(Expectation).index(candidate.expected))


def _match_by_name(
    people: Sequence[Candidate], matches: Mapping[UUID, Account], free: list[Account]
) -> dict[UUID, Account]:
    """Return the accounts of people under another address: the name the channel shows is theirs, and nobody else's."""
    waiting = [
        candidate
        for candidate in people
        if candidate.person not in matches and candidate.expected != Expectation.OUTSIDE
    ]
    namesakes = Counter(folded(candidate.name) for candidate in waiting)
    found = {}
    for candidate in waiting:
        name = folded(candidate.name)
        shown = [account for account in free if name in {folded(word) for word in (account.name, *account.also)}]
        if len(shown) == 1 and namesakes[name] == 1:
            found[candidate.person] = shown[0]
    return found


def _difference(
    kind: str, candidate: Candidate, matches: Mapping[UUID, Account], by_name: Mapping[UUID, Account]
) -> Iterable[Difference]:
    account = matches.get(candidate.person) or by_name.get(candidate.person)
    if account is None:
        if candidate.expected == Expectation.INSIDE:
            absent = FindingKind.MISSING if candidate.account else FindingKind.NO_ACCOUNT
            yield Difference(absent, candidate.person, shown=candidate.account)
    elif candidate.expected == Expectation.OUTSIDE:
        yield Difference(FindingKind.LEFT, candidate.person, account.identifier, account.name, account.role)
    elif candidate.person in by_name:
        yield Difference(FindingKind.OTHER_ADDRESS, candidate.person, account.identifier, account.name)
    elif account.is_pending:
        yield Difference(FindingKind.PENDING, candidate.person, shown=account.name)
    elif kind == ChannelKind.GITHUB and account.name.casefold() != candidate.account.casefold():
        yield Difference(FindingKind.RENAMED, candidate.person, account.identifier, account.name)


def _is_by_former_name(kind: str, candidate: Candidate, account: Account) -> bool:
    """Return whether only a former GitHub name leads to this account, which may be another's by now."""
    has_name = account.name.casefold() == candidate.account.casefold()
    return kind == ChannelKind.GITHUB and not candidate.number and not has_name


def _unknown(account: Account) -> Difference:
    return Difference(FindingKind.UNKNOWN, None, account.identifier, account.name, account.role)


def _privileges(kind: str, people: Sequence[Candidate], accounts: Iterable[Account]) -> Iterable[Difference]:
    """Yield who has left and kept a privilege, and who is on no roster and has one in the channel itself."""
    owners: dict[str, Candidate] = {}
    for candidate in _in_order(people):
        for key in candidate.keys:
            owners.setdefault(key, candidate)
    for account in accounts:
        owner = next((owners[key] for key in _keys_of(kind, account) if key in owners), None)
        if owner is None and account.role in OF_THE_CHANNEL:
            yield _unknown(account)
        elif owner is not None and owner.expected == Expectation.OUTSIDE:
            yield Difference(FindingKind.LEFT, owner.person, account.identifier, account.name, account.role)


def _numbers(pairs: Iterable[tuple[Candidate, Account]]) -> dict[UUID, int]:
    """Return the numbers of accounts matched by the name that people have now; an older one may be another's."""
    return {
        candidate.person: int(account.identifier)
        for candidate, account in pairs
        if account.identifier
        and f"#{account.identifier}" not in candidate.keys
        and account.name.casefold() == candidate.account.casefold()
        and candidate.expected != Expectation.OUTSIDE
    }


def removable(entries: int) -> int:
    """Return how many of a list of `entries` may be removed within `WINDOW`."""
    part, whole = REMOVABLE_PART
    return entries * part // whole


def refusal(*, removals: int, entries: int, admins_inside: int) -> str:
    """Return why so many may not be removed from a list of `entries`, as a sentence; empty when they may.

    `removals` are those of the last seven days together with the new ones, `entries` what the list had before them.
    """
    if not removals:
        return ""
    if removals > removable(entries):
        return (
            f"{removals} of {entries} would be removed within seven days, more than a quarter. "
            "Either the roster or the channel is not what it should be; look at both first."
        )
    if admins_inside < LEAST_ADMINS_INSIDE:
        return (
            f"Fewer than {LEAST_ADMINS_INSIDE} of the roster’s admins are seen in this channel, so nobody is removed "
            "from it: who is left could not repair a mistake."
        )
    return ""
