"""Deaths that were recorded by one person, and confirmed by a second."""

from __future__ import annotations

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Memorial
from members.people.models import Membership, Person
from tests.cast import Cast, act_as

SOURCE = "https://www.python.org/psf/obituary/"


def recorded(person: Person, cast: Cast) -> Memorial:
    return boarding_workflow.record_death(person, SOURCE, by=act_as(cast.ada))


def confirmed(person: Person, cast: Cast) -> Memorial:
    return boarding_workflow.confirm_death(recorded(person, cast), by=act_as(cast.abel))


def had_left(person: Person) -> None:
    """Record an old membership of somebody who sits on the council, without which no death is recorded of them."""
    Membership.objects.create(person=person, ended="emeritus", until=clock.now().date(), began="record")
