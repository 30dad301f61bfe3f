"""Accounts that are on no roster, each with the person it may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject

from members.channels.models import ChannelAccount, ChannelKind
from members.drift.models import Finding, FindingKind, Reading
from members.people.models import Membership, Person


@dataclass(frozen=True)
class Stranger:
    """An account that is on no roster."""

    finding: Finding
    owner: Person | None
    """The person on record whose account it is: somebody who was not a member when the check ran."""
    namesake: Person | None = None
    """Somebody who has left and whose name it shows."""


def strangers_in(readings: Sequence[Reading]) -> dict[int, list[Stranger]]:
    """Return the strangers of each channel, by the key of the reading. One query, none without strangers."""
    unknown = {
        reading.pk: [finding for finding in reading.findings.all() if finding.kind == FindingKind.UNKNOWN]
        for reading in readings
    }
    people = _people([finding for findings in unknown.values() for finding in findings])
    namesakes = {person.name.casefold(): person for person in people if person.has_left}
    return {
        reading.pk: [_stranger(finding, _owners(reading, people), namesakes) for finding in unknown[reading.pk]]
        for reading in readings
    }


def _stranger(finding: Finding, owners: dict[str, Person], namesakes: dict[str, Person]) -> Stranger:
    return Stranger(finding, owners.get(finding.identifier), namesakes.get(finding.shown.casefold()))


def _people(findings: list[Finding]) -> list[Any]:
    """Return everybody who may stand behind one of the accounts, with what they are called everywhere."""
    if not findings:
        return []
    identifiers = {finding.identifier for finding in findings if finding.identifier}
    numbers = [int(identifier) for identifier in identifiers if identifier.isdecimal() and len(identifier) < 19]
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    accounts = ChannelAccount.objects.filter(person=OuterRef("pk"))
    people = Person.objects.annotate(
        address=F("user__email"),
        accounts=ArraySubquery(accounts.values(data=JSONObject(channel="channel_id", identifier="identifier"))),
        has_left=Q(Exists(memberships)) & ~Q(Exists(memberships.filter(ended=""))),
        has_account=Exists(accounts.filter(identifier__in=identifiers)),
    )
    owners = Q(github_id__in=numbers) | Q(address__in=identifiers) | Q(has_account=True)
    # Names are compared in Python, because the database folds case otherwise.
    return list(people.filter(owners | Q(has_left=True)))


def _owners(reading: Reading, people: list[Any]) -> dict[str, Person]:
    """Return the person behind each account name of one channel; a noted account counts before an address."""
    if reading.channel.kind == ChannelKind.GITHUB:
        return {str(person.github_id): person for person in people if person.github_id}
    noted = {
        account["identifier"]: person
        for person in people
        for account in person.accounts
        if account["channel"] == reading.channel_id
    }
    return {**{person.address: person for person in people if person.address}, **noted}
