"""Build the page of one person's record.

Upper apps contribute to three places: ``actions`` (what an admin can do about the person), ``access`` (lines of the
list of facts about login, responsibilities and checklists) and ``github`` (lines about the account).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from members.people.models import Membership, Role, RoleKind
from members.people.policy import RECORDED_ELSEWHERE, Action, Actor, allows
from members.people.queries.people import status_of
from web.sections import sections_of

#: The name under which upper apps register what they contribute; its subject is a `PersonStatus`.
PAGE = "people:record"


@dataclass(frozen=True)
class RoleRow:
    """One role of the person's history."""

    role: Role
    may_end: bool
    """Whether the reader can end it."""
    otherwise: str
    """In whose hands its end is, as a sentence, for a role that no admin ends."""


def _role_row(role: Role, actor: Actor, day: date) -> RoleRow:
    if not role.covers(day):
        return RoleRow(role, may_end=False, otherwise="")
    sentence = RECORDED_ELSEWHERE.get(RoleKind(role.kind), "")
    may_end = not sentence and allows(Action.RECORD_ROLES, actor, role.person)
    return RoleRow(role, may_end=may_end, otherwise=sentence)


def record_of(person: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page about `person`, read by `with_status` and `with_suspension`.

    Three queries, and those of the sections.
    """
    day = now.date()
    prefetch_related_objects([person], Prefetch("memberships", Membership.objects.order_by("since", "id")))
    roles = list(person.roles.order_by("since", "id"))
    held = sorted((role for role in roles if role.covers(day)), key=lambda role: (role.kind, role.pk))
    status = status_of(person, held)
    return {
        "person": person,
        "status": status,
        "memberships": list(person.memberships.all()),
        "roles": [_role_row(role, actor, day) for role in roles],
        "former_names": list(person.former_github_names.all()),
        "may_record_periods": allows(Action.RECORD_PERIODS, actor, person),
        "may_correct_days": allows(Action.CORRECT_DAYS, actor, person),
        "may_record_roles": allows(Action.RECORD_ROLES, actor, person),
        "sections": sections_of(PAGE, status, actor, now),
    }
