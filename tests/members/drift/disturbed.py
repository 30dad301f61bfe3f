"""A team in every channel, and six differences in it that a check must find."""

from __future__ import annotations

import pytest

from members.people.models import Person
from tests.members.drift import services as three
from tests.members.drift.services import Services

ISSUE = {
    ("github", "missing", "Arri"),
    ("discord", "missing", "Arsa"),
    ("mailman", "unknown", "stranger@example.net"),
    ("github", "pending", "Beta"),
    ("github", "renamed", "Belo"),
    ("mailman", "other_address", "Benu"),
}


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Return thirty people who are in every channel."""
    people = three.make_team()
    three.enrol(services, people)
    return people


@pytest.fixture
def disturbed(team: list[Person], services: Services) -> list[Person]:
    """Return thirty people with the six differences of `ISSUE`."""
    three.disturb(services, team)
    return team
