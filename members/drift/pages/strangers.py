"""Accounts that are on no roster, each with the person it may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from members.channels.models import ChannelKind
from members.drift.models import Finding, FindingKind, Reading
from members.drift.queries.people import people_behind
from members.people.models import Person
from web.validity import folded


@dataclass(frozen=True)
class Stranger:
    """An account that is on no roster."""

    finding: Finding
    owner: Person | None
    """The person on record whose account it is: somebody who was not a member when the check ran."""
    namesake: Person | None = None
    """Somebody who has left and whose name it shows."""
    former: Person | None = None
    """Somebody with another number who had its GitHub name before."""


def strangers_in(readings: Sequence[Reading]) -> dict[int, list[Stranger]]:
    """Return the strangers of each channel, by the key of the reading. One query, none without strangers."""
    unknown = {
        reading.pk: [finding for finding in reading.findings.all() if finding.kind == FindingKind.UNKNOWN]
        for reading in readings
    }
    people = people_behind([finding for findings in unknown.values() for finding in findings])
    namesakes = {folded(person.name): person for person in people if person.has_left}
    former = {name.casefold(): person for person in people for name in person.former_names}
    return {
        reading.pk: [
            Stranger(
                finding,
                owners.get(finding.identifier),
                namesakes.get(folded(finding.shown)),
                former.get(finding.shown.casefold()) if reading.channel.kind == ChannelKind.GITHUB else None,
            )
            for finding in unknown[reading.pk]
        ]
        for reading in readings
        for owners in [_owners(reading, people)]
    }


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
