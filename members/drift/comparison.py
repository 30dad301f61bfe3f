"""How a channel differs from the roster: a comparison of plain values, without database and network.

Both sides are reduced to keys. On GitHub that is the account's number and, only where the number is
not known, the name: an old name may belong to somebody else by now. Elsewhere it is an address or an
id. Who is matched by no key may still be found by the name the channel shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from members.channels.models import ChannelKind
from members.drift.connectors import Account
from members.drift.models import FindingKind

#: Of the entries of a list, at most this part may be removed by one check.
REMOVABLE_PART = (1, 4)


#: So many of the roster's admins have to be seen in a channel before anybody is removed from it.
LEAST_ADMINS_INSIDE = 2


class Standing(StrEnum):
    """What somebody is to the team on the day of the check."""

    MEMBER = "member"  # belongs into every channel
    ARRIVING = "arriving"  # may be there already, need not
    LEFT = "left"  # should not be there


@dataclass(frozen=True)
class Known:
    """Somebody the portal knows, as one channel may know them."""

    person: UUID
    name: str
    keys: tuple[str, ...] = ()
    standing: Standing = Standing.MEMBER
    account: str = ""
    """What the channel would show: the GitHub name or the address. Empty: no account on record."""


@dataclass(frozen=True)
class Difference:
    """One account that is not as the roster has it."""

    kind: FindingKind
    person: UUID | None
    identifier: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Comparison:
    """What differs, in a fixed order, and what was seen by the way."""

    differences: tuple[Difference, ...]
    inside: frozenset[UUID]
    """Who is in, under whatever name."""
    invited: frozenset[UUID] = frozenset()
    """Who is invited and not yet in."""
    numbers: Mapping[UUID, int] = field(default_factory=dict)
    """GitHub numbers of people who were found by name."""


def keys_on_github(name: str, number: int | None, address: str) -> tuple[str, ...]:
    """For somebody on record. An invitation shows no number, so it is matched by name or address."""
    proof = [f"#{number}"] if number else [name.casefold()] if name else []
    return (*proof, *(f"invited {word.casefold()}" for word in (name, address) if word))


def _keys_of(kind: ChannelKind, account: Account) -> list[str]:
    if kind != ChannelKind.GITHUB:
        return [account.identifier.casefold()]
    if account.is_pending:
        return [f"invited {word.casefold()}" for word in (account.name, *account.also)]
    return [f"#{account.identifier}", account.name.casefold()]


def compare(kind: ChannelKind, people: Sequence[Known], accounts: Sequence[Account]) -> Comparison:
    """Everything that differs between `people` and the `accounts` of one channel."""
    matches, free = _match(kind, people, accounts)
    by_name = {} if kind == ChannelKind.GITHUB else _match_by_name(people, matches, [accounts[i] for i in free])
    taken = {id(account) for account in by_name.values()}
    found = [difference for one in people for difference in _difference(kind, one, matches, by_name)]
    found += [_unknown(accounts[i]) for i in free if id(accounts[i]) not in taken]
    order = {kind: number for number, kind in enumerate(FindingKind)}
    pairs = [(one, matches[one.person]) for one in people if one.person in matches]
    return Comparison(
        differences=tuple(sorted(found, key=lambda one: (order[one.kind], one.shown.casefold(), one.identifier))),
        inside=frozenset({one.person for one, account in pairs if not account.is_pending} | set(by_name)),
        invited=frozenset(one.person for one, account in pairs if account.is_pending),
        numbers=_numbers(pairs) if kind == ChannelKind.GITHUB else {},
    )


def _match(
    kind: ChannelKind, people: Sequence[Known], accounts: Sequence[Account]
) -> tuple[dict[UUID, Account], list[int]]:
    """Each person's account by key, and the positions of the accounts that are nobody's. Members come first.

    Somebody on a list under two addresses that are both theirs is on it once.
    """
    index: dict[str, list[int]] = {}
    for number, account in enumerate(accounts):
        for key in _keys_of(kind, account):
            index.setdefault(key, []).append(number)
    matches, used = dict[UUID, Account](), set[int]()
    for one in sorted(people, key=lambda one: list(Standing).index(one.standing)):
        numbers = [number for key in one.keys for number in index.get(key, []) if number not in used]
        if numbers:
            matches[one.person] = accounts[numbers[0]]
            used.update(numbers)
    return matches, [number for number in range(len(accounts)) if number not in used]


def _match_by_name(
    people: Sequence[Known], matches: Mapping[UUID, Account], free: list[Account]
) -> dict[UUID, Account]:
    """People under another address: the name the channel shows is theirs, and nobody else's."""
    waiting = [one for one in people if one.person not in matches and one.standing != Standing.LEFT]
    namesakes = Counter(one.name.casefold() for one in waiting)
    found = {}
    for one in waiting:
        name = one.name.casefold()
        shown = [account for account in free if name in {word.casefold() for word in (account.name, *account.also)}]
        if len(shown) == 1 and namesakes[name] == 1:
            found[one.person] = shown[0]
    return found


def _difference(
    kind: ChannelKind, one: Known, matches: Mapping[UUID, Account], by_name: Mapping[UUID, Account]
) -> Iterable[Difference]:
    account = matches.get(one.person) or by_name.get(one.person)
    if account is None:
        if one.standing == Standing.MEMBER:
            absent = FindingKind.MISSING if one.account else FindingKind.NO_ACCOUNT
            yield Difference(absent, one.person, shown=one.account)
    elif one.standing == Standing.LEFT:
        yield Difference(FindingKind.LEFT, one.person, account.identifier, account.name)
    elif one.person in by_name:
        yield Difference(FindingKind.OTHER_ADDRESS, one.person, account.identifier, account.name)
    elif account.is_pending:
        yield Difference(FindingKind.PENDING, one.person, shown=account.name)
    elif kind == ChannelKind.GITHUB and account.name.casefold() != one.account.casefold():
        yield Difference(FindingKind.RENAMED, one.person, account.identifier, account.name)


def _unknown(account: Account) -> Difference:
    return Difference(FindingKind.UNKNOWN, None, account.identifier, account.name)


def _numbers(pairs: Iterable[tuple[Known, Account]]) -> dict[UUID, int]:
    """The numbers of accounts that were matched by name; the name of who has left may be somebody else's by now."""
    return {
        one.person: int(account.identifier)
        for one, account in pairs
        if account.identifier and f"#{account.identifier}" not in one.keys and one.standing != Standing.LEFT
    }


def refusal(*, removals: int, entries: int, admins_inside: int) -> str:
    """Why so many may not be removed from a list of `entries`, as a sentence; empty when they may."""
    part, whole = REMOVABLE_PART
    if not removals:
        return ""
    if removals * whole > entries * part:
        return (
            f"{removals} of {entries} would be removed, more than a quarter. "
            "Either the roster or the channel is not what it should be; look at both first."
        )
    if admins_inside < LEAST_ADMINS_INSIDE:
        return (
            f"Fewer than {LEAST_ADMINS_INSIDE} of the roster’s admins are seen in this channel, so nobody is removed "
            "from it: who is left could not repair a mistake."
        )
    return ""
