"""Read requests for resets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from members.people.models import Person
from members.resets.models import LoginReset


def resets(at: datetime) -> QuerySet[LoginReset]:
    """Return every request with everybody its line names: those that wait at `at` first, then the newest."""
    waits = Q(confirmed_at=None, refused_at=None, stopped_at=None, expires_at__gt=at)
    rank = Case(When(waits, then=Value(0)), default=Value(1), output_field=IntegerField())
    named = LoginReset.objects.select_related("person__user", "asked_by", "proposed_by", "confirmed_by", "refused_by")
    return named.order_by(rank, "-asked_at", "pk")


def latest_of(person: Person) -> LoginReset | None:
    """Return the newest request for the login of `person`; None without one."""
    named = LoginReset.objects.select_related("person", "proposed_by", "confirmed_by", "refused_by")
    return named.filter(person=person).order_by("-asked_at").first()
