"""Import people, memberships and roles from the files of the developer's guide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role
from members.people.queries.people import free_slug
from members.people.roster_file import RosterError, RosterRow
from web.conflicts import Conflict


@transaction.atomic
def import_roster(rows: Sequence[RosterRow], *, on_row: Callable[[int], None] = lambda count: None) -> list[Person]:
    """Write the rows of roster files; return the people about whom something was new.

    Adds what is missing and ends nothing, so a second import of the same rows changes nothing and
    returns an empty list. Beginnings are recorded as unknown, because the files have no dates.
    Raises `RosterError` with every row that contradicts the portal; then nothing is written.
    `on_row` is called with the number of rows done.
    """
    at = clock.now()
    changed, faults = [], []
    for count, row in enumerate(rows, start=1):
        try:
            person, is_new = _import_row(row, at)
        except Conflict as conflict:
            faults.append(row.fault(str(conflict)))
        else:
            changed += [person] if is_new else []
        on_row(count)
    if faults:
        raise RosterError(faults)
    if changed:
        record(PeopleEvent.ROSTER_IMPORTED, target="members.roster", by=None, at=at, people=[p.pk for p in changed])
    return changed


def _import_row(row: RosterRow, at: datetime) -> tuple[Person, bool]:
    """Write one row, and return its person and whether anything was new. Raises `Conflict`."""
    person = _person_of(row)
    is_new = person is None
    if person is None:
        person = Person.objects.create(name=row.name, github=row.github, slug=free_slug(row.name), added_at=at)
    memberships = list(Membership.objects.filter(person=person))
    is_member = any(membership.covers(at.date()) for membership in memberships)
    if row.emeritus and is_member:
        raise Conflict(f"{row.name} is a current member here; end the membership first.")
    if not row.emeritus and memberships and not is_member:
        raise Conflict(f"{row.name} is emeritus or removed here; a return needs a vote or a decision.")
    if not memberships:
        is_new = True
        Membership.objects.create(
            person=person,
            began=MembershipBegan.RECORD,
            ended=MembershipEnded.EMERITUS if row.emeritus else "",
            ended_on_unknown_day=row.emeritus,
            recorded_on=at.date(),
        )
    held = set(Role.objects.filter(person=person).values_list("kind", flat=True))
    for kind in row.roles:
        if kind not in held:
            is_new = True
            Role.objects.create(person=person, kind=kind, ended_on_unknown_day=row.emeritus, recorded_on=at.date())
    return person, is_new


def _person_of(row: RosterRow) -> Person | None:
    """Return the person of a row, by GitHub name, else by name among people without one. Raises `Conflict`."""
    if row.github:
        person = Person.objects.filter(github__iexact=row.github).first()
        if person is not None and person.name != row.name:
            raise Conflict(f"GitHub name {row.github} belongs to {person.name} here, not to {row.name}.")
        return person
    return Person.objects.filter(name=row.name, github="").first()
