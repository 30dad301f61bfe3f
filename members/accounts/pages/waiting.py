"""The suspensions in force, for the dashboard."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.accounts.policy import Action, allows, possible
from members.people.models import Suspension
from members.people.policy import Actor
from web.waiting import Waiting


def waiting_for(actor: Actor, _now: datetime) -> list[Waiting]:
    """Return the suspensions that `actor` may end. One query, for admins and the Steering Council only."""
    if Action.END_SUSPENSION not in possible(actor):
        return []
    suspensions = Suspension.objects.in_force().select_related("person")
    return [_item(one) for one in suspensions if allows(Action.END_SUSPENSION, actor, one.person)]


def _item(suspension: Suspension) -> Waiting:
    return Waiting(
        urgency="Suspended",
        tone="now",
        due=None,
        title=f"The access of {suspension.person.name} is closed",
        detail="By an emergency suspension. It ends when somebody ends it.",
        url=reverse("accounts:suspensions"),
        action="See",
    )
