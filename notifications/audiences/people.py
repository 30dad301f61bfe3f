"""Audiences by what people are today, and people whose seat on the Steering Council began or ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from audit import clock
from audit.models import Event
from members.accounts.models import User
from members.people.events import PeopleEvent
from members.people.models import Person, RoleKind, Suspension
from members.people.permissions import Who
from members.people.policy import ADMIN, MEMBER, STEERING
from members.people.registry import standing
from notifications.recipients import PERSON_PREFIX, Audience, Recipient, reachable

People = QuerySet[Person]


def nobody() -> People:
    """Return the empty audience."""
    return Person.objects.none()


def members(_event: Event) -> People:
    """Return the team of this day."""
    return _people(MEMBER)


def admins(_event: Event) -> People:
    """Return the members whom the Steering Council has designated as admins."""
    return _people(ADMIN)


def council(_event: Event) -> People:
    """Return the Steering Council of this day."""
    return _people(STEERING)


def _people(who: Who) -> People:
    return Person.objects.filter(who.people(None, clock.now()))


def others(audience: Callable[[Event], People]) -> Callable[[Event], People]:
    """Return `audience` without the person who caused the event."""

    def without_the_actor(event: Event) -> People:
        people = audience(event)
        if event.actor.startswith(PERSON_PREFIX):
            people = people.exclude(pk=event.actor.removeprefix(PERSON_PREFIX))
        return people

    return without_the_actor


def either(*audiences: Callable[[Event], People]) -> Callable[[Event], People]:
    """Return the people of any of `audiences`, each once."""

    def together(event: Event) -> People:
        return Person.objects.filter(reduce(or_, (Q(pk__in=one(event).values("pk")) for one in audiences)))

    return together


#: The admins and the Steering Council of this day.
admins_and_council = either(admins, council)


def suspended_powers(_event: Event) -> list[Recipient]:
    """Return admins and council members who are suspended: an act of power is no secret from them either."""
    day = clock.now().date()
    holders = [Person.objects.holding(kind, day).values("pk") for kind in (RoleKind.ADMIN, RoleKind.STEERING_COUNCIL)]
    suspended = Suspension.objects.in_force().values("person")
    people = Person.objects.filter(Q(pk__in=holders[0]) | Q(pk__in=holders[1]), pk__in=suspended).order_by("pk")
    return [recipient for person in people for recipient in at_login(person)]


def watchers_without_page(event: Event) -> list[Recipient]:
    """Return the Steering Council, and who is suspended of it and of the admins: no page of records opens for them."""
    return [*reachable(council(event)), *suspended_powers(event)]


def if_watched(audience: Audience) -> Audience:
    """Return `audience` for a name, or GitHub name, that one admin alone could change to speak as somebody else.

    That is one of somebody with standing, and one that is now the name of two people; nobody is told of others.
    """
    return lambda event: audience(event) if _is_watched(event) else nobody()


def _is_watched(event: Event) -> bool:
    if event.kind == PeopleEvent.PERSON_CORRECTED and not event.data.get("fields"):
        return False
    has_standing = Person.objects.filter(standing(clock.now()), pk=event.target_id).exists()
    return has_standing or event.data.get("is_namesake", False)


def corrected(event: Event) -> list[Recipient]:
    """Return the person whose name or GitHub name has changed, unless they changed it themselves."""
    is_own = event.actor == f"{PERSON_PREFIX}{event.target_id}"
    return [] if is_own else at_login(Person.objects.get(pk=event.target_id))


def told_of_a_seat(event: Event) -> People:
    """Return admins and council for a seat on the Steering Council; nobody is told of other roles."""
    return admins_and_council(event) if event.data["role"] == RoleKind.STEERING_COUNCIL else nobody()


def former_seat_holder(event: Event) -> list[Recipient]:
    """Return the person whose seat on the Steering Council has ended."""
    is_seat = event.data["role"] == RoleKind.STEERING_COUNCIL
    return at_login(Person.objects.get(pk=event.target_id)) if is_seat else []


def at_login(person: Person, *, only_open: bool = False) -> list[Recipient]:
    """Return a person at the address of their login, whether it is active or not; with `only_open` while it is."""
    logins = User.objects.filter(person=person, is_active=True) if only_open else User.objects.filter(person=person)
    addresses = logins.values_list("email", flat=True)
    return [Recipient(f"{PERSON_PREFIX}{person.pk}", address, person.name) for address in addresses]
