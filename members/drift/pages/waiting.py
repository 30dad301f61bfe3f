"""Former members who are still in a channel, for the dashboard."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.drift.models import FindingKind
from members.drift.policy import Action, possible
from members.drift.queries.checks import standing_findings
from members.people.policy import Actor
from web.waiting import Waiting

#: So many are named on the dashboard; the check names all.
_MOST_NAMED = 4


def waiting_for(actor: Actor, _now: datetime) -> list[Waiting]:
    """Return one item, however many former members are still in how many channels. One query, for admins only."""
    if Action.SEE_DRIFT not in possible(actor):
        return []
    left = standing_findings().filter(kind=FindingKind.LEFT).select_related("person", "reading__channel")
    named = [f"{finding.person} in {finding.reading.channel}" for finding in left]
    if not named:
        return []
    return [
        Waiting(
            urgency="Still in",
            tone="now",
            due=None,
            title="Somebody who left is still in a channel",
            detail=f"{', '.join(named[:_MOST_NAMED])}{' and others' if len(named) > _MOST_NAMED else ''}.",
            url=reverse("drift:index"),
            action="See",
        )
    ]
