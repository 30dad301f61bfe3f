"""Compare roster files with what the portal knows, and say what an import of them would write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from members.importing.guide_files import RosterError, RosterRow
from members.people.models import FormerGitHubName, Membership, MembershipEnded, Person, Role, RoleKind
from members.people.registry import arriving
from web.conflicts import Conflict
from web.validity import folded, looks


class Grant(StrEnum):
    """One thing that an import writes about the person of a row."""

    PERSON = "person"  # somebody whom the portal did not know
    MEMBER = "member"
    RETURN = "return"  # a member again, after having been emeritus
    EMERITUS = "emeritus"
    ADMIN = "admin"
    RELEASE_MANAGER = "release_manager"
    PAST_ROLE = "past_role"  # one that is over, of somebody emeritus


@dataclass(frozen=True)
class Planned:
    """One row, the person it means, and what is new about them."""

    row: RosterRow
    person_id: UUID | None
    """None for somebody whom the portal does not know yet."""
    grants: tuple[Grant, ...] = ()
    roles: tuple[RoleKind, ...] = ()
    """The roles that begin, or that are put on record as over."""
    now_called: str = ""
    """The GitHub name of today, where the row has a former one."""
    refuses_admin: bool = False
    """Whether the file says Admin, which only the Steering Council can make them."""


@dataclass(frozen=True)
class Plan:
    """What an import would write, in the order of the rows."""

    planned: tuple[Planned, ...]
    is_first: bool
    """Whether the portal has no member yet: then, and only then, the notes make admins."""

    @property
    def changed(self) -> list[Planned]:
        """The rows that bring something new."""
        return [each for each in self.planned if each.grants]

    def granting(self, grant: Grant) -> list[Planned]:
        """Return the rows by which `grant` is given."""
        return [each for each in self.planned if grant in each.grants]


def plan_import(rows: Sequence[RosterRow], now: datetime, *, with_emeritus: bool) -> Plan:
    """Return what an import of `rows` at `now` would write. Five queries, however many rows.

    `with_emeritus` says that the list of emeritus is among the files, so that whoever is not on it is not emeritus.

    A row means the person who has its GitHub name now, else the one who had it before; without a GitHub name, the one
    of that name who has none either. Raises `RosterError` with every row that contradicts the portal or another row,
    or that would make a second person of somebody whose name looks the same (`web.validity.looks`).
    """
    records = _Records(now, with_emeritus=with_emeritus)
    planned, faults = [], []
    for row in rows:
        try:
            planned.append(records.plan(row))
        except Conflict as conflict:
            faults.append(row.fault(str(conflict)))
    if faults:
        raise RosterError(faults)
    return Plan(tuple(planned), records.is_first)


@dataclass
class _Record:
    """One person as the portal knows them."""

    id: UUID
    name: str
    github: str
    memberships: list[Membership] = field(default_factory=list)
    roles: set[RoleKind] = field(default_factory=set)
    """Of all time: an import brings no role back that has ended."""


_RECORD_PAGE = "on the page “Correct name or GitHub name” of their record"


class _Records:
    """Everybody on record, found by GitHub name and by name, and the rows that are planned already."""

    def __init__(self, now: datetime, *, with_emeritus: bool) -> None:
        self.today, self.with_emeritus = now.date(), with_emeritus
        people = Person.objects.order_by("added_at", "pk").values_list("pk", "name", "github")
        self.people = {pk: _Record(pk, name, github) for pk, name, github in people}
        for membership in Membership.objects.order_by("pk"):
            self.people[membership.person_id].memberships.append(membership)
        for person, kind in Role.objects.values_list("person", "kind"):
            self.people[person].roles.add(RoleKind(kind))
        self.is_first = not any(not one.ended for record in self.people.values() for one in record.memberships)
        self.by_github = {record.github.lower(): record for record in self.people.values() if record.github}
        self.by_former: dict[str, set[UUID]] = {}
        for person, name in FormerGitHubName.objects.values_list("person", "name"):
            self.by_former.setdefault(name.lower(), set()).add(person)
        self.alike: dict[str, list[_Record | RosterRow]] = {}
        for record in self.people.values():
            self._note_looks(record)
        arriving_people = Person.objects.filter(arriving(now)).values_list("pk", flat=True)
        self.arriving = set(arriving_people)
        self.rows: dict[UUID, RosterRow] = {}
        self.new_rows: dict[str, RosterRow] = {}

    def _note_looks(self, named: _Record | RosterRow) -> None:
        for look in _looks(named):
            self.alike.setdefault(look, []).append(named)

    def plan(self, row: RosterRow) -> Planned:
        """Return what a row brings. Raises `Conflict`."""
        record = self._of_github(row) if row.github else self._of_name(row)
        if record is None:
            self._require_new(row)
            self._note_looks(row)
            return self._planned(row, None, (Grant.PERSON,))
        first = self.rows.setdefault(record.id, row)
        if first is not row:
            raise Conflict(f"{row.name} stands in {first.source} line {first.line} already.")
        return self._planned(row, record, ())

    def _of_github(self, row: RosterRow) -> _Record | None:
        """Return whose GitHub name it is, today or before."""
        record = self.by_github.get(row.github.lower())
        if record is None:
            former = [self.people[pk] for pk in self.by_former.get(row.github.lower(), ())]
            if len(former) > 1:
                names = " and ".join(sorted(one.name for one in former))
                raise Conflict(f"GitHub name {row.github} was that of {names}. Write the name of today into the file.")
            record = former[0] if former else None
        if record is not None and folded(record.name) != folded(row.name):
            raise Conflict(
                f"GitHub name {row.github} belongs to {record.name} here, not to {row.name}. "
                f"Correct the file, or the name {_RECORD_PAGE}."
            )
        return record

    def _of_name(self, row: RosterRow) -> _Record | None:
        """Return the one person of this name who has no GitHub name on record either."""
        key = folded(row.name)
        same = [one for one in self._alike(row) if isinstance(one, _Record) and folded(one.name) == key]
        nameless = [one for one in same if not one.github]
        return nameless[0] if len(nameless) == 1 else None

    def _alike(self, row: RosterRow) -> list[_Record | RosterRow]:
        found = {id(one): one for look in _looks(row) for one in self.alike.get(look, ())}
        return list(found.values())

    def _require_new(self, row: RosterRow) -> None:
        """Raise `Conflict` when somebody on record, or in another row, may be the same person."""
        first = self.new_rows.setdefault(row.github.lower(), row) if row.github else row
        if first is not row:
            raise Conflict(f"GitHub name {row.github} stands in {first.source} line {first.line} already.")
        other = next(iter(self._alike(row)), None)
        if isinstance(other, RosterRow):
            raise Conflict(
                f"{row.name} stands in {other.source} line {other.line} already, as {_called(other)}. Remove one of "
                "the two lines. If they are two people, add both on the page “People” first, with their GitHub names."
            )
        if other is not None:
            raise Conflict(
                f"{row.name} ({row.github or 'without GitHub name'}) is on record as {_called(other)}. If that is the "
                f"same person, correct the file, or the GitHub name {_RECORD_PAGE}. If they are two people, add this "
                "one on the page “People” first, with a GitHub name."
            )

    def _planned(self, row: RosterRow, record: _Record | None, grants: tuple[Grant, ...]) -> Planned:
        grants = (*grants, *self._membership(row, record))
        held = record.roles if record else set[RoleKind]()
        missing = tuple(kind for kind in row.roles if kind not in held)
        refuses = RoleKind.ADMIN in missing and not row.emeritus and not self.is_first
        roles = tuple(kind for kind in missing if not (refuses and kind == RoleKind.ADMIN))
        given = [Grant.PAST_ROLE for _kind in roles[:1]] if row.emeritus else [Grant(kind.value) for kind in roles]
        is_former = record is not None and row.github.lower() != record.github.lower()
        return Planned(
            row,
            record.id if record else None,
            (*grants, *given),
            roles,
            now_called=record.github if record and is_former else "",
            refuses_admin=refuses,
        )

    def _membership(self, row: RosterRow, record: _Record | None) -> Iterable[Grant]:
        """Yield the membership that a row brings. Raises `Conflict`."""
        memberships = record.memberships if record else []
        is_member = any(membership.covers(self.today) for membership in memberships)
        if row.emeritus:
            if is_member:
                raise Conflict(f"{row.name} is a current member here. The membership ends by an offboarding.")
            return () if memberships else (Grant.EMERITUS,)
        if is_member:
            return ()
        if record is not None and record.id in self.arriving:
            raise Conflict(f"{row.name} is being onboarded here. The membership begins when the checklist is done.")
        if not memberships:
            return (Grant.MEMBER,)
        self._require_back(row, memberships)
        return (Grant.RETURN,)

    def _require_back(self, row: RosterRow, memberships: Sequence[Membership]) -> None:
        """Raise `Conflict` where a file does not tell that somebody emeritus is back."""
        if any(membership.ended != MembershipEnded.EMERITUS for membership in memberships):
            raise Conflict(
                f"{row.name} left the team otherwise than as emeritus. A return needs a vote or a council decision."
            )
        if not all(membership.ended_on_unknown_day for membership in memberships):
            raise Conflict(
                f"{row.name} became emeritus on a day that is on record here, and the file may be older. "
                "A return needs a vote or a council decision."
            )
        if not self.with_emeritus:
            raise Conflict(
                f"{row.name} is emeritus here. If they are back, import both files, with --emeritus; then the list of "
                "emeritus shows that they are no longer on it."
            )


def _looks(named: _Record | RosterRow) -> frozenset[str]:
    """Return what a name is found by; one without letters looks like nothing, but is itself."""
    return looks(named.name) | {folded(named.name)}


def _called(one: _Record | RosterRow) -> str:
    return f"{one.name} ({one.github or 'without GitHub name'})"
