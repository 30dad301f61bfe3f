"""The actor, the predicates that every policy is made of, and the rules about people's records.

An `Actor` is computed from live rows for every request and again for every mail; it is never kept in a session. Roles
that outlive a membership are how other sites were broken into.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from members.people.models import Day, Membership, Person, Role, RoleKind, Suspension
from members.people.permissions import Policy, Rule, Who, the_person
from web.statements import Statement


@dataclass(frozen=True)
class Actor:
    """A person as of one day, with membership and roles on that day."""

    person: Person | None = None
    is_member: bool = False
    roles: frozenset[RoleKind] = field(default_factory=frozenset)

    @property
    def is_anonymous(self) -> bool:
        """True for a reader who is not signed in."""
        return self.person is None

    @property
    def is_admin(self) -> bool:
        """True for a *member* whom the Steering Council has designated as an admin (PEP 811)."""
        return self.is_member and RoleKind.ADMIN in self.roles

    @property
    def is_steering(self) -> bool:
        """True for a seat on the Steering Council, member or not."""
        return RoleKind.STEERING_COUNCIL in self.roles

    @property
    def has_access(self) -> bool:
        """True for everybody whom the portal lets in and writes to: a member, or a seat on the Steering Council."""
        return self.is_member or self.is_steering

    def is_person(self, person: Person | None) -> bool:
        """Return whether the actor is this person; False if either side is None."""
        return self.person is not None and person is not None and self.person.pk == person.pk


ANONYMOUS = Actor()


def actor_columns(person: str, day: Day) -> dict[str, Any]:
    """Return what an actor is made of, as annotations for a query whose rows have a person's id in the column `person`.

    A suspended person gets neither roles nor membership: the membership goes on, the access does not.
    """
    of_person = {"person": OuterRef(person)}
    is_suspended = Exists(Suspension.objects.in_force().filter(**of_person))
    is_suspended_inside = Exists(Suspension.objects.in_force().filter(person=OuterRef("person")))
    return {
        "actor_is_member": Exists(Membership.objects.on(day).filter(**of_person)) & ~is_suspended,
        "actor_roles": ArraySubquery(
            Role.objects.on(day).filter(~is_suspended_inside, **of_person).order_by("kind").values("kind")
        ),
    }


def actor_from(row: Any, person: Person) -> Actor:
    """Return `person` as an actor, from a row that was annotated with `actor_columns`. No query."""
    return _actor(person, row.actor_is_member, row.actor_roles)


def _actor(person: Person, is_member: bool, roles: Iterable[str]) -> Actor:
    return Actor(person, is_member, frozenset(RoleKind(kind) for kind in roles))


def _columns_of_one(pk: uuid.UUID, day: date) -> QuerySet[Any]:
    columns = actor_columns("pk", day)
    return Person.objects.filter(pk=pk).annotate(**columns).values_list(*columns)


_ACTOR = Statement(_columns_of_one, pk=uuid.UUID(int=0), day=date.min)


def actor_of(person: Person | None, day: date) -> Actor:
    """Return what `person` is on `day` (UTC): membership and roles. One query, none for nobody.

    Raises `Person.DoesNotExist` for a person who is not in the database.
    """
    if person is None:
        return ANONYMOUS
    row = _ACTOR.row(pk=person.pk, day=day)
    if row is None:
        raise Person.DoesNotExist
    return _actor(person, *row)


def _unsuspended(people: QuerySet[Person]) -> Q:
    suspended = Suspension.objects.in_force().values("person")
    return Q(pk__in=people.exclude(pk__in=suspended).values("pk"))


def _members(_thing: Any, now: datetime) -> Q:
    return _unsuspended(Person.objects.members(now.date()))


def _admins(_thing: Any, now: datetime) -> Q:
    return Q(pk__in=Person.objects.acting_admins(now.date()).values("pk"))


def _council(_thing: Any, now: datetime) -> Q:
    return _unsuspended(Person.objects.holding(RoleKind.STEERING_COUNCIL, now.date()))


MEMBER = Who(lambda actor, _thing: actor.is_member, _members)
ADMIN = Who(lambda actor, _thing: actor.is_admin, _admins)
STEERING = Who(lambda actor, _thing: actor.is_steering, _council)
#: Where the thing of a policy is the person concerned.
ONESELF = the_person(lambda person: person)


#: "At least two at any time" (docs/glossary.md), so that every act that needs a second admin finds one.
LEAST_ADMINS = 2


#: Roles that no admin records or ends, with a sentence about who does.
RECORDED_ELSEWHERE = {
    RoleKind.ADMIN: "Admins are designated and released by a recorded decision of the Steering Council.",
    RoleKind.STEERING_COUNCIL: "Seats of the Steering Council are recorded on the server: manage.py council_seat.",
}


class Action(StrEnum):
    """Actions on people's records beyond reading public pages, and reading the log of all actions."""

    READ_AUDIT_LOG = "audit:read"
    SEE_PEOPLE = "person:list"
    CORRECT_PEOPLE = "person:correct"
    RECORD_PERIODS = "membership:record"
    CORRECT_DAYS = "membership:correct"
    RECORD_ROLES = "role:record"


POLICY: Policy[Action, Person] = Policy(
    # What is left out for one reader or for all of them: `psrt_portal.audit_log`.
    Rule(Action.READ_AUDIT_LOG, ADMIN),
    Rule(Action.SEE_PEOPLE, ADMIN),
    Rule(Action.CORRECT_PEOPLE, ADMIN),
    # Nobody records periods or roles of their own.
    Rule(Action.RECORD_PERIODS, ADMIN & ~ONESELF),
    Rule(Action.CORRECT_DAYS, ADMIN & ~ONESELF),
    Rule(Action.RECORD_ROLES, ADMIN & ~ONESELF),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)
