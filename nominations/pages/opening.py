"""The page on which an admin opens a vote: everything that is frozen then, and who cannot take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from members.people.policy import Actor
from nominations import keys, queries, rules
from nominations.defaults import COUNTED_FROM
from nominations.models import Nomination
from nominations.policy import NO_SEAT, Action, allows
from nominations.queries import Voter


def context(actor: Actor, nomination: Nomination, voters: Sequence[Voter], now: datetime) -> dict[str, Any]:
    """Return the context of the page; `voters` is the roll as it would be."""
    office = nomination.office_or_none
    return {
        "nomination": nomination,
        "office": office,
        "public_key": keys.shown(bytes(office.public_key)) if office else "",
        "voters": voters,
        "able": sum(not voter.obstacle for voter in voters),
        "unable": [voter for voter in voters if voter.obstacle],
        "rules": rules.in_force(),
        "closes_at": now + rules.in_force().period,
        "council": [person.name for person in queries.seats_to_tell(nomination, now)],
        "no_seat": NO_SEAT,
        "counted_from": COUNTED_FROM,
        "may_ask": allows(Action.ASK_OFFICER, actor, nomination, now),
    }
