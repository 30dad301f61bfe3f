"""Lists without a server: pasted, and compared at once."""

from __future__ import annotations

import pytest

from audit import clock
from members.channels import workflow as channels_workflow
from members.channels.models import Channel, ChannelKind
from members.drift import workflow as drift_workflow
from members.drift.models import DriftCheck
from members.drift.policy import CHECKS, CheckAction
from members.people.models import Person
from tests.cast import act_as
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, found, kinds, services
from web.conflicts import Conflict, NotAllowed

__all__ = ["services"]


@pytest.fixture
def team(db: None, services: Services) -> list[Person]:
    """Thirty people who are in every channel."""
    people = three.make_team()
    three.enrol(services, people)
    return people


@pytest.fixture
def disturbed(team: list[Person], services: Services) -> list[Person]:
    """The team with the six differences of `disturb`."""
    three.disturb(services, team)
    return team


@pytest.fixture
def alumni(team: list[Person]) -> Channel:
    """A list without a server."""
    return channels_workflow.save_channel(None, name="Signal group", to_let_in="", to_let_out="", by=act_as(team[0]))


def test_a_pasted_list_is_compared_at_once(team: list[Person], alumni: Channel) -> None:
    lines = [one.user.email for one in team[2:]] + ["stranger@example.net", f"private@example.net,{team[1].name}"]
    check = drift_workflow.paste_list(alumni, "\n".join(lines), by=act_as(team[0]))
    assert found(check) == {
        ("list", "missing", team[0].name.split()[0]),
        ("list", "other_address", team[1].name.split()[0]),
        ("list", "unknown", "stranger@example.net"),
    }
    reading = check.readings.get()
    assert (reading.server, reading.entries, kinds(check)) == (f"pasted by {team[0].name}", 30, ["drift:checked"])


def test_a_list_of_names_is_compared_by_name(team: list[Person], alumni: Channel) -> None:
    names = [*(one.name.upper() for one in team[2:]), team[1].github, "Somebody Else"]
    check = drift_workflow.paste_list(alumni, "\n".join(names), by=act_as(team[0]))
    assert found(check) == {
        ("list", "missing", team[0].name.split()[0]),
        ("list", "unknown", "somebody else"),
    }


def test_a_pasted_list_does_not_replace_the_check_of_the_servers(disturbed: list[Person], alumni: Channel) -> None:
    check = check_now()
    drift_workflow.paste_list(alumni, "a@example.net", by=act_as(disturbed[0]))
    assert DriftCheck.objects.finished().whole().first() == check
    assert kinds(check_now())[1] == "drift:checked"
    assert CHECKS.obstacle(CheckAction.APPLY, DriftCheck.objects.finished().whole()[1], clock.now()) != ""


def test_a_list_that_cannot_be_pasted_is_refused(team: list[Person], alumni: Channel) -> None:
    admin = act_as(team[0])
    with pytest.raises(NotAllowed):
        drift_workflow.paste_list(alumni, "a@example.net", by=act_as(team[5]))
    with pytest.raises(Conflict, match="not a list that can be pasted"):
        drift_workflow.paste_list(three.channel(ChannelKind.GITHUB), "a@example.net", by=admin)
    with pytest.raises(Conflict, match="Line 2: “b@” is not an address"):
        drift_workflow.paste_list(alumni, "a@example.net\nb@", by=admin)
    with pytest.raises(Conflict, match="The list is empty"):
        drift_workflow.paste_list(alumni, " \n# nobody", by=admin)
    channels_workflow.retire_channel(alumni, by=admin)
    with pytest.raises(Conflict, match="not a list that can be pasted"):
        drift_workflow.paste_list(alumni, "a@example.net", by=admin)
    assert DriftCheck.objects.count() == 0
