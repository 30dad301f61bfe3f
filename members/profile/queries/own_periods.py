"""Read the periods of one person, as they may have them: docs/operations.md, "What machines read"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from members.people.models import Period, Person
from members.people.registry import OwnData
from web.dates import iso


def own_periods(person: Person) -> Iterator[OwnData]:
    """Yield a person's memberships, roles and suspensions."""
    memberships, roles = list(person.memberships.order_by("pk")), list(person.roles.all())
    told = [_period(row, began=row.began, ended=row.ended or None) for row in memberships]
    yield OwnData(10, "memberships", told, memberships)
    yield OwnData(20, "roles", [_period(row, role=row.kind) for row in roles], roles)
    suspensions = list(person.suspensions.all())
    spans = [{"begun_at": iso(row.begun_at), "ended_at": iso(row.ended_at)} for row in suspensions]
    yield OwnData(80, "suspensions", spans, suspensions)


def _period(period: Period, **facts: str | None) -> dict[str, Any]:
    return {
        **facts,
        "since": iso(period.since),
        "until": iso(period.until),
        "ended_on_unknown_day": period.ended_on_unknown_day,
        "authority": period.authority or None,
        "end_authority": period.end_authority or None,
    }
