"""A team of twelve whose admin looks at drift in a browser, and six differences to look at."""

from __future__ import annotations

import pytest
from django.test import Client

from members.people.models import Person
from tests.cast import Browse
from tests.members.drift import services as three
from tests.members.drift.services import Services
from tests.members.people.test_public_views import text

DRIFT = "/manage/drift/"


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Twelve people who are in every channel; the first two are the admins."""
    people = three.make_team(three.NAMES[:12])
    three.enrol(services, people)
    return people


@pytest.fixture
def admin(team: list[Person], browse: Browse) -> Client:
    return browse(team[0])


@pytest.fixture
def disturbed(team: list[Person], services: Services) -> list[Person]:
    """Return the team with six differences in its channels."""
    three.disturb(services, team)
    return team


def page_of(client: Client, address: str = DRIFT) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text(response.content)


def boxes(client: Client, address: str) -> dict[str, list[str]]:
    """The names and values of every box of the dry run."""
    form = client.get(address).context["form"]
    return {field.html_name: [str(value) for value, _ in field.field.choices] for field in form}
