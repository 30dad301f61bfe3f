"""The checklists that wait for an admin, for the dashboard."""

from __future__ import annotations

from datetime import datetime

from members.boarding import queries
from members.boarding.models import Checklist
from members.boarding.policy import CHECKLISTS, ChecklistAction
from members.people.policy import Actor
from web.waiting import Waiting


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """Return the running checklists whose next step is an admin's. One query, for admins only."""
    if ChecklistAction.RUN not in CHECKLISTS.possible(actor):
        return []
    return [_item(checklist, now) for checklist in queries.running(now) if checklist.phase(now).is_for_admin]


def _item(checklist: Checklist, now: datetime) -> Waiting:
    detail = "The next step is an admin’s."
    if checklist.is_out:
        detail = " ".join(checklist.missing(now)) or "Nothing is missing: finish it."
    return Waiting(
        urgency="To close" if checklist.is_out else "To bring in",
        tone="accent",
        due=None,
        title=f"{checklist.get_direction_display().capitalize()} of {checklist.person.name}",
        detail=detail,
        url=checklist.get_absolute_url(),
        action="Go on",
    )
