"""Decisions of the Steering Council, recorded by the verb itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from audit import clock
from members.people.models import Person
from members.people.tally import CouncilTally
from nominations import workflow
from nominations.models import Resolution, ResolutionKind
from tests.cast import act_as

LINK = "https://example.org/council/7"
CARRIED = CouncilTally(3, 1, 1)
NOT_CARRIED = CouncilTally(2, 2, 1)


def resolve(kind: ResolutionKind, person: Person, *, by: Person, **said: Any) -> Resolution:
    """A decision of yesterday; it carried unless `said` gives another tally."""
    yesterday = clock.now().date() - timedelta(days=1)
    given = {"decided_on": yesterday, "link": LINK, "tally": CARRIED, "reason": "", **said}
    return workflow.record_resolution(kind, person, by=act_as(by), **given)
