"""Read which accounts are confirmed, and which names are to be looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from members.github_accounts.enums import AccountState
from members.github_accounts.models import GitHubLookup
from members.people.models import Person, PersonQuerySet
from members.people.registry import OwnData
from web.dates import iso

#: A name that GitHub did not answer about is asked for again after this time.
ASK_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class GitHubAccount:
    """The GitHub account of a person, as far as the portal knows it."""

    name: str
    state: AccountState
    number: int | None
    """The number on record, by which a check of the channels knows them."""
    found: int | None = None
    """The number that the name has now."""
    since: datetime | None = None
    """When the account that was found was made."""
    looked_up_at: datetime | None = None
    error: str = ""
    """Why GitHub last gave no answer, as a sentence."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the name is known to belong to the account on record."""
        return self.state is AccountState.CONFIRMED


def account_of(person: Person) -> GitHubAccount:
    """Return the GitHub account of `person`. One query, none where `github_lookup` is joined.

    One more for an account that was found and is not on record for `person`.
    """
    lookup = getattr(person, "github_lookup", None)
    if lookup is None or lookup.name != person.github:
        return GitHubAccount(person.github, _state(person, None), person.github_id)
    return GitHubAccount(
        name=person.github,
        state=_state(person, lookup),
        number=person.github_id,
        found=lookup.number,
        since=lookup.account_since,
        looked_up_at=lookup.answered_at,
        error=lookup.error,
    )


def _state(person: Person, lookup: GitHubLookup | None) -> AccountState:
    if not person.github:
        return AccountState.NO_NAME
    if lookup is None or lookup.answered_at is None:
        # A check of the channels has seen the account under this name or another one, and knows the number since.
        return AccountState.CONFIRMED if person.github_id else AccountState.NOT_ASKED
    if lookup.number is None:
        return AccountState.ABSENT
    if lookup.number == person.github_id:
        return AccountState.CONFIRMED
    if person.github_id:
        return AccountState.OTHER
    return AccountState.TAKEN if Person.objects.filter(github_id=lookup.number).exists() else AccountState.FOUND


def to_look_up(now: datetime) -> PersonQuerySet:
    """Return people whose GitHub name is to be looked up, those that failed last."""
    lookups = GitHubLookup.objects.filter(person=OuterRef("pk"), name=OuterRef("github"))
    settled = lookups.filter(answered_at__isnull=False, is_stale=False)
    settled |= lookups.filter(failed_at__gt=now - ASK_AGAIN_AFTER)
    people = Person.objects.exclude(github="").exclude(Exists(settled))
    return people.order_by(F("github_lookup__failed_at").asc(nulls_first=True), "pk")


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield the answer of GitHub about a person's name."""
    lookups = list(GitHubLookup.objects.filter(person=person))
    told = [
        {"name": row.name, "number": row.number, "since": iso(row.account_since), "answered_at": iso(row.answered_at)}
        for row in lookups
    ]
    yield OwnData(55, "github_accounts", told, lookups)
