"""Compare a pasted list with people, memberships, roles and logins: what would change, and what would not."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from members.accounts.models import Invitation, User
from members.accounts.queries.inviting import Obstacles, by_github, have_standing, obstacles
from members.bring_in.pasted import ListLine, read_day
from members.bring_in.queries.offers import Offers
from members.people.models import Membership, Person, Precision, Role, RoleKind
from members.people.policy import RECORDED_ELSEWHERE, Actor

#: What a list may call a role, in lower case; membership of an organisation is none.
_ROLES = {
    **{str(kind.label).casefold(): kind for kind in RoleKind},
    **{str(kind.value).replace("_", " "): kind for kind in RoleKind},
}
_NO_ROLE = frozenset({"", "member", "maintainer", "none", "-"})


@dataclass(frozen=True)
class DayChange:
    """A better first day of a running membership."""

    old: date | None
    old_precision: str
    new: date
    precision: Precision


@dataclass(frozen=True)
class RoleChange:
    """A role to record, or one that is held and gets its source: then `role` is the row."""

    kind: RoleKind
    authority: str
    role: Role | None = None


@dataclass(frozen=True)
class CheckedLine:
    """One line with the person it means and what saving it would change; nothing is saved of one with a fault."""

    line: ListLine
    person: Person | None = None
    fault: str = ""
    offered: Person | None = None
    """Somebody who may be meant by a line about an unknown person."""
    email: str = ""
    """The address to hand in; empty when nothing about it changes."""
    evidence: str = ""
    waits: bool = False
    """Whether a second person confirms the address; without standing the invitation goes out at once."""
    membership: Membership | None = None
    day: DayChange | None = None
    authority: str = ""
    """What the membership rests on; empty when that does not change."""
    roles: tuple[RoleChange, ...] = ()
    notes: tuple[str, ...] = ()
    """What is left out, as sentences."""
    asks_for_admin: bool = False

    @property
    def changes(self) -> list[str]:
        """Return what would change, in a word each; nothing for a line with a fault."""
        if self.fault:
            return []
        new = any(change.role is None for change in self.roles)
        sourced = any(change.role is not None for change in self.roles) or bool(self.authority)
        parts = ((bool(self.email), "address"), (self.day is not None, "date"), (new, "role"), (sourced, "source"))
        return [word for is_there, word in parts if is_there]


def mark_of(checked: Sequence[CheckedLine]) -> str:
    """Return a digest of what a preview showed: who is meant by each line, what is on record, and what would change."""
    shown = [
        (
            *(each.line.number, str(each.person and each.person.pk), each.fault, each.email, each.evidence),
            *(each.waits, each.day, each.authority, each.membership and each.membership.authority, each.notes),
            *((change.kind, change.authority, change.role and change.role.authority) for change in each.roles),
        )
        for each in checked
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True)
class _Facts:
    """What is on record of the people of a list, read together."""

    against: Obstacles
    with_standing: frozenset[UUID]
    logins: Mapping[UUID, str]
    invited: Mapping[UUID, str]
    memberships: Mapping[UUID, Membership]
    roles: Mapping[UUID, dict[RoleKind, Role]]
    today: date
    by: Actor
    evidence: str


def check(
    lines: Sequence[ListLine], at: datetime, by: Actor, *, matched: Mapping[str, str] | None = None, evidence: str = ""
) -> list[CheckedLine]:
    """Return each line with what it would change. Twelve queries, however many lines.

    `matched` has the slug of the person whom the reader means by what a line has in place of a GitHub name; `evidence`
    is how the addresses are known where a line does not say it itself.
    """
    meant = _people(lines, matched or {})
    ids = [person.pk for person in meant.values()]
    facts = _facts(ids, [line.email for line in lines], at, by, evidence)
    offers = Offers(line.email for line in lines) if any(line.number not in meant for line in lines) else None
    checked = [_checked(line, meant.get(line.number), facts, offers) for line in lines]
    return _without_repeated(checked)


def _people(lines: Sequence[ListLine], matched: Mapping[str, str]) -> dict[int, Person]:
    """Return the person of each line, by its number."""
    slugs = {slug: person for person in Person.objects.filter(slug__in=matched.values()) if (slug := person.slug)}
    named = by_github(line.github for line in lines)
    found = {}
    for line in lines:
        person = slugs.get(matched.get(line.written, "")) or named.get(line.github.lower())
        if person is not None:
            found[line.number] = person
    return found


def _facts(ids: list[UUID], emails: list[str], at: datetime, by: Actor, evidence: str) -> _Facts:
    today = at.date()
    roles = defaultdict[UUID, dict[RoleKind, Role]](dict)
    for role in Role.objects.on(today).filter(person__in=ids):
        roles[role.person_id][RoleKind(role.kind)] = role
    pending = Invitation.objects.pending().filter(person__in=ids, expires_at__gt=at)
    return _Facts(
        against=obstacles(ids, emails),
        with_standing=have_standing(ids, at),
        logins=dict(User.objects.filter(person__in=ids, is_active=True).values_list("person", "email")),
        invited={person: email.lower() for person, email in pending.values_list("person", "email")},
        memberships={row.person_id: row for row in Membership.objects.on(today).filter(person__in=ids, ended="")},
        roles=roles,
        today=today,
        by=by,
        evidence=evidence,
    )


def _without_repeated(checked: list[CheckedLine]) -> list[CheckedLine]:
    """Put a fault on every line about a person, or with an address, that another line has as well."""
    people = Counter(each.person.pk for each in checked if each.person)
    emails = Counter(each.line.email.lower() for each in checked if each.line.email)

    def is_repeated(each: CheckedLine) -> bool:
        return (each.person is not None and people[each.person.pk] > 1) or emails[each.line.email.lower()] > 1

    sentence = "This person or this address is in the list twice."
    return [replace(each, fault=sentence) if not each.fault and is_repeated(each) else each for each in checked]


def _checked(line: ListLine, person: Person | None, facts: _Facts, offers: Offers | None) -> CheckedLine:
    if line.fault:
        return CheckedLine(line, person, fault=line.fault)
    if person is None:
        offered = offers.for_line(line) if offers else None
        return CheckedLine(line, fault="Nobody here is known under this name.", offered=offered)
    draft = _Draft(line, person, facts)
    for part in (draft.address, draft.since, draft.role):
        part()
        if draft.fault:
            return CheckedLine(line, person, fault=draft.fault)
    return CheckedLine(
        line,
        person,
        email=draft.email,
        evidence=line.evidence or facts.evidence,
        waits=person.pk in facts.with_standing,
        membership=facts.memberships.get(person.pk),
        day=draft.day,
        authority=draft.authority,
        roles=tuple(draft.roles),
        notes=tuple(draft.notes),
        asks_for_admin=draft.asks_for_admin,
    )


@dataclass
class _Draft:
    """The changes of one line while it is compared, part by part."""

    line: ListLine
    person: Person
    facts: _Facts
    fault: str = ""
    email: str = ""
    day: DayChange | None = None
    authority: str = ""
    roles: list[RoleChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asks_for_admin: bool = False

    def address(self) -> None:
        """Compare the address with the login and the invitation of the person."""
        email, person = self.line.email, self.person
        if not email or email.lower() in {self.facts.logins.get(person.pk), self.facts.invited.get(person.pk)}:
            return
        if len(email) > 254:
            self.fault = "This address is longer than 254 characters."
            return
        try:
            validate_email(email)
        except ValidationError:
            self.fault = f"{email} is not an e-mail address."
            return
        if person.pk in self.facts.logins:
            self.notes.append(f"{person.name} signs in with another address, and changes it on their own page.")
        elif obstacle := self.facts.against.of(person, email):
            self.fault = obstacle
        else:
            self.email = email

    def since(self) -> None:
        """Compare the day with the first one of the running membership."""
        try:
            read = read_day(self.line.since, self.facts.today)
        except ValueError as error:
            self.fault = str(error)
            return
        membership = self.facts.memberships.get(self.person.pk)
        if read is None:
            return
        if membership is None:
            self.fault = f"{self.person.name} is not a member, so there is no first day to record."
        elif (membership.since, membership.since_precision) == read:
            return
        elif self.facts.by.is_person(self.person):
            self.notes.append("Another admin records the first day of your own membership.")
        else:
            self.day = DayChange(membership.since, membership.since_precision, *read)

    def role(self) -> None:
        """Compare roles and what they rest on; without a role, what the membership rests on."""
        names = [part.strip().casefold() for part in re.split(r"[,;/+&]", self.line.role)]
        wanted = [name for name in names if name not in _NO_ROLE]
        if unknown := next((name for name in wanted if name not in _ROLES), ""):
            roles = ", ".join(str(kind.label) for kind in RoleKind)
            self.fault = f"“{unknown}” is not a role. Roles are: {roles}."
        elif wanted:
            for kind in dict.fromkeys(_ROLES[name] for name in wanted):
                self._one_role(kind)
        elif self.line.authority:
            self._membership_source()

    def _one_role(self, kind: RoleKind) -> None:
        held, authority = self.facts.roles.get(self.person.pk, {}).get(kind), self.line.authority
        if sentence := RECORDED_ELSEWHERE.get(kind):
            self.asks_for_admin = self.asks_for_admin or (kind == RoleKind.ADMIN and held is None)
            if held is None or authority not in {"", held.authority}:
                self.notes.append(f"{kind.label}: left out. {sentence}")
        elif held is not None and authority in {"", held.authority}:
            return
        elif self.facts.by.is_person(self.person):
            self.notes.append("Another admin records your own roles.")
        elif held is None and not authority:
            self.fault = f"Say in the column authority what the role {kind.label} rests on: a release PEP, or a link."
        else:
            self.roles.append(RoleChange(kind, authority, held))

    def _membership_source(self) -> None:
        membership = self.facts.memberships.get(self.person.pk)
        if membership is None:
            self.fault = f"{self.person.name} is not a member, so there is no membership that rests on this."
        elif membership.authority == self.line.authority:
            return
        elif self.facts.by.is_person(self.person):
            self.notes.append("Another admin records what your own membership rests on.")
        else:
            self.authority = self.line.authority
