"""Begin and end memberships and roles, on a day in UTC, by an authority."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from audit.log import record
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from members.people.policy import Actor
from members.people.queries.people import obstacle_to_loss_of_admin
from members.people.registry import announce_access_ended
from web.conflicts import Conflict


@transaction.atomic
def admit(person: Person, *, began: MembershipBegan, authority: str, by: Actor | None, at: datetime) -> Membership:
    """Let a membership begin on the UTC day of `at`. Raises `Conflict` when one is running."""
    Person.objects.select_for_update().get(pk=person.pk)
    if Membership.objects.filter(person=person, ended="").exists():
        raise Conflict(f"{person.name} is a member already.")
    membership = Membership.objects.create(person=person, since=at.date(), began=began, authority=authority)
    record(
        PeopleEvent.MEMBERSHIP_BEGAN,
        target=membership,
        by=by.person if by else None,
        at=at,
        person=person.pk,
        began=began,
    )
    return membership


@transaction.atomic
def begin_role(
    person: Person, kind: RoleKind, *, authority: str, by: Actor | None, at: datetime, is_public: bool = False
) -> Role:
    """Give `person` a role from the UTC day of `at`; `is_public` lets public pages name a decision it rests on.

    Raises `Conflict` when they hold it.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if Role.objects.filter(person=person, kind=kind, until=None, ended_on_unknown_day=False).exists():
        raise Conflict(f"{person.name} holds this role already.")
    role = Role.objects.create(
        person=person, kind=kind, since=at.date(), authority=authority, is_authority_public=is_public
    )
    record(PeopleEvent.ROLE_BEGAN, target=role, by=by.person if by else None, at=at, person=person.pk, role=kind)
    return role


def lock_admins() -> None:
    """Let nobody else change who is an admin until the transaction ends.

    Taken before the lock of a person, so that two that wait for each other cannot arise.
    """
    list(Role.objects.select_for_update().filter(kind=RoleKind.ADMIN).order_by("pk").values_list("pk"))


@transaction.atomic
def end_role(person: Person, kind: RoleKind, *, authority: str, by: Actor | None, at: datetime) -> Person:
    """Take a role from `person`; the UTC day of `at` is the first without it.

    Raises `Conflict` when they do not hold it, or when too few admins would be left. `authority` is
    what the end rests on.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.holds(kind, at.date()):
        raise Conflict(f"{person.name} does not hold this role.")
    if kind == RoleKind.ADMIN and (obstacle := obstacle_to_loss_of_admin(person, at.date())):
        raise Conflict(obstacle)
    ended = _end_roles(person, kind, at.date(), authority)
    if kind == RoleKind.STEERING_COUNCIL and not Membership.objects.on(at.date()).filter(person=person).exists():
        announce_access_ended(person)
    record(
        PeopleEvent.ROLE_ENDED,
        target=person,
        by=by.person if by else None,
        at=at,
        role=kind,
        roles=ended,
        authority=authority,
    )
    return person


@transaction.atomic
def end_membership(
    person: Person, *, how: MembershipEnded, authority: str, by: Actor | None, at: datetime
) -> Membership:
    """End the running membership, and with it the role of an admin; access closes with the day of `at` (UTC).

    Raises `Conflict` when none is running, or when too few admins would be left.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    day = at.date()
    membership = Membership.objects.on(day).filter(person=person, ended="").first()
    if membership is None:
        raise Conflict(f"{person.name} is not a member.")
    if obstacle := obstacle_to_loss_of_admin(person, day):
        raise Conflict(obstacle)
    membership.until, membership.ended, membership.end_authority = day, how, authority
    membership.save(update_fields=["until", "ended", "end_authority"])
    ended = _end_roles(person, RoleKind.ADMIN, day, authority)
    announce_access_ended(person)
    record(
        PeopleEvent.MEMBERSHIP_ENDED,
        target=membership,
        by=by.person if by else None,
        at=at,
        person=person.pk,
        ended=how,
        roles=ended,
        authority=authority,
    )
    return membership


def _end_roles(person: Person, kind: RoleKind, day: date, authority: str) -> list[int]:
    """End every period of this role that covers `day`, one with a planned end included."""
    held = Role.objects.on(day).filter(person=person, kind=kind)
    ended = list(held.values_list("pk", flat=True))
    Role.objects.filter(pk__in=ended).update(until=day, end_authority=authority)
    return ended
