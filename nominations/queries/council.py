"""Read decisions of the Steering Council and whom they can be on. Days are calendar days in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Aggregate, Case, Q, QuerySet, Subquery, Value, When

from members.accounts.queries.logins import who_can_sign_in
from members.boarding.models import Memorial
from members.people.models import Person, RoleKind, Suspension
from members.people.policy import Actor
from nominations.models import Resolution, ResolutionKind
from nominations.queries.proposing import people_besides


def people_to_decide_on(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people on whom `actor` may record a decision, each with `standing`: member, admin or emeritus.

    Members, and emeriti where the council can let them come back (`RETURN_BY_DECISION`).
    """
    day = now.date()
    members = Person.objects.members(day).values("pk")
    admins = Person.objects.holding(RoleKind.ADMIN, day).values("pk")
    emeriti = Person.objects.emeritus(day) if settings.RETURN_BY_DECISION else Person.objects.none()
    people = people_besides(actor, now).filter(Q(pk__in=members) | Q(pk__in=emeriti.values("pk")))
    standing = Case(
        When(pk__in=members, then=Case(When(pk__in=admins, then=Value("admin")), default=Value("member"))),
        default=Value("emeritus"),
    )
    return people.annotate(standing=standing)


def council(day: date) -> QuerySet[Person]:
    """Return who sits on the Steering Council on `day`, by name."""
    return Person.objects.holding(RoleKind.STEERING_COUNCIL, day).distinct().order_by("sort_key", "pk")


def removals_waiting(people: Iterable[UUID]) -> QuerySet[Resolution]:
    """Return the removals of these people that carried and have no effect yet; one for a person at most."""
    waiting = Resolution.objects.whole().waiting()
    return waiting.filter(kind=ResolutionKind.REMOVE_MEMBER, person__in=list(people))


def resolutions_for_second_seat(person: Person) -> QuerySet[Resolution]:
    """Return the decisions that wait for a second seat and that `person` can confirm, if they hold one."""
    return Resolution.objects.waiting().exclude(recorded_by=person).exclude(person=person)


def seats_able_to_object(resolution: Resolution, at: datetime) -> QuerySet[Person]:
    """Return the other seats whose silence counts at `at`: they could have objected since the decision was recorded.

    They sat then as now, have neither been suspended nor recorded as dead in between, and can sign in at an address
    that needs no second person's word. Neither who recorded it nor the person concerned.
    """
    since = resolution.recorded_at
    suspended = Suspension.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since)).values("person")
    locked_out = Memorial.objects.filter(Q(undone_at=None) | Q(undone_at__gt=since)).values("person")
    then = Person.objects.holding(RoleKind.STEERING_COUNCIL, since.date()).values("pk")
    seats = who_can_sign_in(council(at.date()).filter(pk__in=then))
    return (
        seats.exclude(pk__in=suspended)
        .exclude(pk__in=locked_out)
        .exclude(pk__in=[resolution.recorded_by_id, resolution.person_id])
    )


def of_all(rows: QuerySet[Any], fact: Aggregate) -> Subquery:
    """Return an expression for one fact of all `rows` together, such as how many there are."""
    return Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(fact=fact).values("fact"))
