"""Read who votes, who holds a key and who is told, and running votes. Days are calendar days in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from members.accounts.models import Invitation, User
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person, Suspension
from members.people.policy import Actor
from members.people.registry import standing
from nominations.models import KeyOffice, Nomination, Vote
from nominations.policy import FREE_SEAT
from web.dates import day_in_words


@dataclass(frozen=True)
class Voter:
    """Somebody who would be on a roll."""

    person: Person
    obstacle: str
    """Why they cannot sign in and so cannot vote, such as ``has no login``; empty for those who can."""


def roll_for(nomination: Nomination, day: date) -> list[Voter]:
    """Return the roll of a vote opened on `day`: the members without the nominee and the officer. One query."""
    office = nomination.office_or_none
    voters = Person.objects.members(day).exclude(pk=nomination.nominee_id)
    voters = voters.exclude(pk=office.person_id) if office else voters
    invited = Invitation.objects.pending().filter(person=OuterRef("pk")).values("invited_at")[:1]
    facts: dict[str, Any] = {
        "is_suspended": Exists(Suspension.objects.in_force().filter(person=OuterRef("pk"))),
        "invited_at": Subquery(invited),
    }
    return [Voter(person, _obstacle_to_voting(person)) for person in voters.select_related("user").annotate(**facts)]


def _obstacle_to_voting(person: Any) -> str:
    user: User | None = getattr(person, "user", None)
    if person.is_suspended:
        return "is suspended"
    if user is None or not user.is_active:
        invited_at = person.invited_at
        return f"was invited on {day_in_words(invited_at)} and has not accepted" if invited_at else "has no login"
    return "has an address that a second person has not confirmed yet" if user.is_unconfirmed else ""


def officers_for(nomination: Nomination, admin: Person, at: datetime) -> QuerySet[Person]:
    """Return who may keep the key of a vote that `admin` prepares: anybody who can sign in and has no part in it.

    Not somebody with standing whose login rests on one admin's word: that admin may be the one who reads its mail.
    To be asked gives standing, so from then on that goes for somebody from outside as well.
    """
    suspended = Suspension.objects.in_force().values("person")
    unproven = Person.objects.filter(standing(at), user__is_unconfirmed=True).values("pk")
    people = Person.objects.filter(user__is_active=True).exclude(pk__in=suspended).exclude(pk__in=unproven)
    return people.exclude(pk__in=[nomination.nominee_id, nomination.nominator_id, admin.pk]).order_by("sort_key", "pk")


def seats_to_tell(nomination: Nomination, at: datetime) -> QuerySet[Person]:
    """Return the seats of the Steering Council that mail about a passed vote would reach, and that could decide on it.

    A seat is reached at a login that is open, or at the address of an invitation that can be accepted at `at`; both
    have the word of two people. Not a nominee, a nominator or somebody with a declared interest.
    """
    seats = Person.objects.filter(FREE_SEAT.people(nomination, at))
    invited = Invitation.objects.open(at).values("person")
    return seats.filter(Q(pk__in=who_can_sign_in(seats).values("pk")) | Q(pk__in=invited)).order_by("sort_key", "pk")


def office_of(pk: UUID) -> QuerySet[KeyOffice]:
    """Return the office at the nomination `pk`, with all that its page asks."""
    return KeyOffice.objects.filter(nomination=pk).select_related(
        "person", "asked_by", "nomination__nominee", "nomination__vote"
    )


def office_of_person(person: Person) -> KeyOffice | None:
    """Return the office that `person` was asked longest ago to take, of those whose nominations have not ended."""
    offices = KeyOffice.objects.running().select_related("nomination")
    return offices.filter(person=person).order_by("asked_at", "pk").first()


def running_votes(actor: Actor) -> QuerySet[Vote]:
    """Return the votes without a final outcome that `actor` may know of, each with its extensions counted.

    Adds `times_extended` and `extended_at`, the moment of the last one or None.
    """
    nominations = Nomination.objects.visible_to(actor).running().values("pk")
    votes = Vote.objects.filter(nomination__in=nominations).select_related("nomination").order_by("opened_at", "pk")
    return votes.annotate(times_extended=Count("extensions"), extended_at=Max("extensions__extended_at"))
