"""Decisions of the Steering Council, recorded by the verb itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from audit import clock
from members.people.models import Person, RoleKind
from members.people.tally import SEATS, CouncilTally
from nominations import workflow
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from nominations.policy import OBJECTION_TIME
from tests.cast import Cast, act_as
from tests.factories import give_roles, make_person

LINK = "https://example.org/council/7"
#: By the two seats of the cast.
CARRIED = CouncilTally(2, 0, 0)
ABSTAINED = CouncilTally(1, 0, 1)
NOT_CARRIED = CouncilTally(1, 1, 0)


def fill_seats() -> list[Person]:
    """Fill the seats of the council that the cast leaves vacant."""
    people = [make_person(f"Seat {number}", github="") for number in range(SEATS - 2)]
    for person in people:
        give_roles(person, RoleKind.STEERING_COUNCIL)
    return people


def record(kind: ResolutionKind, person: Person, *, by: Person, **said: Any) -> Resolution:
    """A decision of yesterday, recorded now; it carried unless `said` gives another tally.

    Whoever is concerned and sits on the council has abstained.
    """
    yesterday = clock.now().date() - timedelta(days=1)
    carried = ABSTAINED if person.holds(RoleKind.STEERING_COUNCIL, yesterday) else CARRIED
    given = {"decided_on": yesterday, "link": LINK, "tally": carried, "reason": "", **said}
    return workflow.record_resolution(kind, person, by=act_as(by), **given)


def resolve(kind: ResolutionKind, person: Person, *, by: Person, **said: Any) -> Resolution:
    """A decision recorded a day ago, to which nobody objected: one that carried takes effect now."""
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(kind, person, by=by, **said)
    return workflow.let_resolution_lapse(resolution)


def confirmed(kind: ResolutionKind, person: Person, *, by: Person, second: Person, **said: Any) -> Resolution:
    """A decision recorded and confirmed by two seats."""
    return workflow.confirm_resolution(record(kind, person, by=by, **said), by=act_as(second))


def objected(kind: ResolutionKind, person: Person, *, by: Person, second: Person, **said: Any) -> Resolution:
    """A decision recorded by one seat and stopped by another."""
    resolution = record(kind, person, by=by, **said)
    return workflow.object_to_resolution(resolution, "It was never **decided**.", by=act_as(second))


def blocked(cast: Cast, person: Person, *, by: Person) -> Resolution:
    """A designation whose person leaves the team before its time has come."""
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(ResolutionKind.DESIGNATE_ADMIN, person, by=by, link=f"{LINK}/blocked")
    resolve(ResolutionKind.REMOVE_MEMBER, person, by=cast.sam, link=f"{LINK}/removed")
    return workflow.let_resolution_lapse(resolution)


def corrected(kind: ResolutionKind, person: Person, *, by: Person) -> Resolution:
    """A record with a wrong tally that a later one corrects."""
    mistaken = record(kind, person, by=by, tally=NOT_CARRIED, link=f"{LINK}/mistaken")
    record(kind, person, by=by, link=f"{LINK}/mistaken", corrects=mistaken)
    return Resolution.objects.whole().get(pk=mistaken.pk)


def in_every_phase(cast: Cast) -> dict[ResolutionPhase, Resolution]:
    """One decision in each phase."""
    designate, remove = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.REMOVE_MEMBER
    return {
        ResolutionPhase.BLOCKED: blocked(cast, cast.newt, by=cast.sam),
        ResolutionPhase.NOT_CARRIED: record(designate, cast.mel, by=cast.sam, tally=NOT_CARRIED),
        ResolutionPhase.OBJECTED: objected(designate, cast.mia, by=cast.sam, second=cast.sara),
        ResolutionPhase.EFFECTIVE: confirmed(designate, cast.rita, by=cast.sam, second=cast.sara),
        ResolutionPhase.CORRECTED: corrected(remove, cast.mel, by=cast.sam),
        ResolutionPhase.PENDING: record(remove, cast.mia, by=cast.sam),
    }
