"""Import people, memberships and roles from the files of the developer's guide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from audit import clock
from audit.log import record
from members.importing.guide_files import RosterError, RosterRow
from members.importing.queries import Grant, Plan, Planned, plan_import
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from members.people.queries.people import free_slug
from members.people.registry import announce_github_name
from members.people.workflow import lock_admins

#: The admins whom PEP 811 itself confirms (its section "Admins"), by the GitHub names that the guide's file has.
PEP_ADMINS = frozenset({"ned-deily", "ewdurbin", "sethmlarson", "warsaw"})
PEP_811 = "https://peps.python.org/pep-0811/"
#: What any other role of a file rests on until somebody records something better.
GUIDE_FILE = "https://github.com/python/devguide/blob/main/security/psrt.csv"


def authority_of(row: RosterRow, kind: RoleKind) -> str:
    """Return the document on which a role in a roster file rests, as far as the file lets anybody say."""
    is_of_pep = kind == RoleKind.ADMIN and not row.emeritus and row.github.lower() in PEP_ADMINS
    return PEP_811 if is_of_pep else GUIDE_FILE


@transaction.atomic
def import_roster(
    rows: Sequence[RosterRow],
    *,
    with_emeritus: bool = True,
    shown: Plan | None = None,
    on_row: Callable[[int], object] = lambda count: None,
) -> Plan:
    """Write the rows of roster files; return what was written.

    Adds what is missing and ends nothing, so a second import of the same rows changes nothing. Beginnings are recorded
    as unknown, because the files have no dates. Admins come from the first import only. Raises `RosterError` as
    `plan_import` does, and when the plan is no longer the one that was `shown`; then nothing is written. `on_row` is
    called with the number of rows done.
    """
    lock_admins()
    at = clock.now()
    plan = plan_import(rows, at, with_emeritus=with_emeritus)
    if shown is not None and plan != shown:
        raise RosterError(["The portal has changed since the list above was made. Import again."])
    try:
        with transaction.atomic():
            people = [_write(each, at, count, on_row) for count, each in enumerate(plan.planned, start=1)]
    except IntegrityError as error:
        raise RosterError(["Somebody has just recorded one of these people. Import again."]) from error
    changed = [person.pk for person, each in zip(people, plan.planned, strict=True) if each.grants]
    if changed:
        announce_github_name()
        record(PeopleEvent.ROSTER_IMPORTED, target="members.roster", by=None, at=at, people=changed)
    return plan


def _write(planned: Planned, at: datetime, count: int, on_row: Callable[[int], object]) -> Person:
    row = planned.row
    if planned.person_id is None:
        person = Person.objects.create(name=row.name, github=row.github, slug=free_slug(row.name), added_at=at)
    else:
        person = Person.objects.get(pk=planned.person_id)
    if not {Grant.MEMBER, Grant.RETURN, Grant.EMERITUS}.isdisjoint(planned.grants):
        Membership.objects.create(
            person=person,
            began=MembershipBegan.RECORD,
            ended=MembershipEnded.EMERITUS if row.emeritus else "",
            ended_on_unknown_day=row.emeritus,
            recorded_on=at.date(),
        )
    for kind in planned.roles:
        Role.objects.create(
            person=person,
            kind=kind,
            ended_on_unknown_day=row.emeritus,
            recorded_on=at.date(),
            authority=authority_of(row, kind),
        )
    on_row(count)
    return person
