"""Compare a pasted list of addresses with the people and logins of the portal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from members.accounts.queries.inviting import Obstacles, by_github, have_standing, obstacles
from members.people.models import Person
from web.validity import as_line, obstacle_to_line


@dataclass(frozen=True)
class AddressLine:
    """One line as it was pasted; a part that is missing is empty."""

    number: int
    github: str
    email: str
    evidence: str


@dataclass(frozen=True)
class CheckedLine:
    """One line with the person it means; it can be handed in if `fault` is empty."""

    line: AddressLine
    person: Person | None
    fault: str
    waits: bool
    """Whether a second person has to confirm it; without standing the invitation goes out at once."""


def check(lines: Sequence[AddressLine], at: datetime) -> list[CheckedLine]:
    """Return each line with its fault as a sentence. Seven queries, however many lines."""
    people = by_github(line.github for line in lines)
    ids = [person.pk for person in people.values()]
    against = obstacles(ids, [line.email for line in lines])
    with_standing = have_standing(ids, at)
    repeated = _repeated(lines, people)
    return [_checked(line, people, against, with_standing, repeated) for line in lines]


def _checked(
    line: AddressLine,
    people: Mapping[str, Person],
    against: Obstacles,
    with_standing: frozenset[UUID],
    repeated: frozenset[object],
) -> CheckedLine:
    person = people.get(line.github.lower())
    waits = person is not None and person.pk in with_standing
    fault = _fault(line, person, waits=waits) or (against.of(person, line.email) if person else "")
    if not fault and person is not None and {person.pk, line.email.lower()} & repeated:
        fault = "This person or this address is in the list twice."
    return CheckedLine(line, person, fault, waits)


def _fault(line: AddressLine, person: Person | None, *, waits: bool) -> str:
    """Return what is wrong with a line by itself, as a sentence; "" for nothing."""
    if not line.email:
        return "Write: GitHub name, address, how it is known."
    if person is None:
        return f"Nobody here has the GitHub name {line.github}. Add the person first, or correct the name."
    if obstacle := obstacle_to_line(as_line(f"{line.github} {line.email} {line.evidence}")):
        return obstacle
    try:
        validate_email(line.email)
    except ValidationError:
        return f"{line.email} is no e-mail address."
    return "Say how the address is known." if waits and not line.evidence else ""


def _repeated(lines: Sequence[AddressLine], people: Mapping[str, Person]) -> frozenset[object]:
    """Return the ids of people, and the addresses, that more than one line has."""
    named = [people[line.github.lower()].pk for line in lines if line.github.lower() in people]
    counts: Counter[object] = Counter([*named, *(line.email.lower() for line in lines)])
    return frozenset(thing for thing, count in counts.items() if count > 1)
