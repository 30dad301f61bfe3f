"""Read who can be proposed, and how a nominee is reached. Days are calendar days in UTC."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from members.accounts.models import User
from members.people.models import Person
from members.people.policy import ONESELF, Actor
from nominations.models import STOPPED, Nomination
from nominations.policy.general import standing_columns, why_not


def eligible_people(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people on record whom `actor` may nominate."""
    people = people_besides(actor, now).annotate(**standing_columns(now))
    return people.filter(Q(is_member_now=False, is_nominated=False, is_on_the_way_in=False, refused_at=None))


def people_who_wait(actor: Actor, now: datetime) -> list[str]:
    """Return a sentence about everybody on record whom nobody can nominate now, without the members. One query."""
    people = people_besides(actor, now).annotate(**standing_columns(now)).filter(Q(is_member_now=False))
    waiting = people.filter(Q(is_nominated=True) | Q(is_on_the_way_in=True) | Q(refused_at__isnull=False))
    return [why_not(person) for person in waiting]


def people_besides(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people who are not `actor`: nobody proposes themselves or records a decision on themselves."""
    return Person.objects.exclude(ONESELF.people(actor.person, now))


def stopped_before(nominee: Person, now: datetime) -> Nomination | None:
    """Return the latest nomination of this person if it was cancelled or annulled: a new one takes it up again."""
    latest = Nomination.objects.filter(nominee=nominee).order_by("-proposed_at").first()
    return latest if latest and latest.phase(now) in STOPPED else None


def address_of_nominee(nomination: Nomination) -> str:
    """Return where the nominee is written to: the address the nominator gave, or that of their own login."""
    login = User.objects.filter(person=nomination.nominee_id, is_active=True).values_list("email", flat=True)
    return nomination.nominee_email or next(iter(login), "")


def is_address_of(person: Person, address: str) -> bool:
    """Return whether mail to `address` would reach this person's own login."""
    own = EmailAddress.objects.filter(user__person=person).values_list("email", flat=True)
    return _plain(address) in {_plain(email) for email in own}


def _plain(address: str) -> str:
    """Leave out the part after a plus sign, which most mail servers ignore."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"
