"""Read who can sign in."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from members.accounts.models import User
from members.people.models import Person, Suspension


def people_without_login() -> Iterable[Person]:
    """People an admin may invite: known, with no login yet or a closed one, and not suspended."""
    suspended = Suspension.objects.in_force().values("person")
    return Person.objects.filter(Q(user=None) | Q(user__is_active=False)).exclude(pk__in=suspended)


def has_complete_login(person: Person) -> bool:
    """Whether `person` can sign in, second factor included."""
    return User.objects.with_second_factor().filter(person=person, is_active=True).exists()
