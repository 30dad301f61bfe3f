"""The published states of the two files, imported one after the other by the command, each at its moment."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from audit import clock
from members.people.models import Membership, Person, RoleKind
from members.people.workflow import begin_role
from tests.members.people.replay import State, moment
from tests.members.people.test_replay import REAL, real_states

DECISION = "https://example.org/council/1"


def lines(content: str) -> list[str]:
    """The lines of one file in an order of ours."""
    return sorted(content.splitlines(keepends=True))


def published(state: State) -> tuple[list[str], list[str]]:
    """The lines of both files; none of one that did not exist."""
    emeritus = state.emeritus.read_bytes().decode() if state.emeritus else ""
    return lines(state.members.read_bytes().decode()), lines(emeritus)


def served(query: str = "") -> tuple[list[str], list[str]]:
    """The lines of the files that the portal gives to anybody."""
    members, emeritus = (Client().get(f"/members/{name}.csv{query}").content for name in ("psrt", "psrt-emeritus"))
    return lines(members.decode()), lines(emeritus.decode())


def import_state(state: State) -> list[str]:
    """Import a state and return what the command said, but for its last line."""
    arguments = [str(state.members), *(["--emeritus", str(state.emeritus)] if state.emeritus else []), "--yes"]
    out = StringIO()
    call_command("import_roster", *arguments, stdout=out)
    return out.getvalue().splitlines()[:-1]


def designate(said: list[str]) -> list[str]:
    """Record the council's decision about each admin whom the import left to it; return their names."""
    refused = [line.split(": ", 1)[1].split(" is an admin in the file")[0] for line in said if "not here" in line]
    for name in refused:
        person = Person.objects.get(name=name)
        begin_role(person, RoleKind.ADMIN, authority=DECISION, by=None, at=clock.now())
    return refused


def check(states: list[State]) -> list[str]:
    """Import all; at each moment, and for each day afterwards, the served files are the published ones."""
    designated, then = [], []
    for state in states:
        with moment(state.at):
            designated += designate(import_state(state))
            then.append(served() == published(state))
            assert import_state(state) == []  # nothing is new the second time
    assert then == [True] * len(states)
    of_day = {state.at.date(): state for state in states}
    assert {day: served(f"?on={day}") == published(state) for day, state in of_day.items()} == dict.fromkeys(
        of_day, True
    )
    names = list(Person.objects.values_list("name", flat=True))
    assert len(names) == len(set(names))
    return designated


FIRST = 'Ann Arbor,ann,Admin\nBo Brook,bo,"Admin, Release Manager"\nCy Cedar,cy,\n'


@pytest.mark.django_db
def test_an_invented_history_is_imported_state_by_state(tmp_path: Path) -> None:
    steps = [
        (FIRST, None),
        (f"{FIRST}Eve Estuary,eve,\n", None),
        (f"{FIRST}Eve Estuary,eve,\n", ""),
        (f"{FIRST}Eve Estuary,eve,\n", "Lou Lagoon,,Release Manager\nMo Meadow,mo,\n"),
        (f"{FIRST}Eve Estuary,eve,Admin\n", "Lou Lagoon,,Release Manager\nMo Meadow,mo,\n"),
        (f"{FIRST}Eve Estuary,eve,Admin\nMo Meadow,mo,\n", "Lou Lagoon,,Release Manager\n"),
    ]
    states = []
    for month, (members, emeritus) in enumerate(steps, start=1):
        files = [tmp_path / f"{month}.csv", tmp_path / f"{month}-emeritus.csv"]
        files[0].write_text(members, encoding="utf-8")
        if emeritus is not None:
            files[1].write_text(emeritus, encoding="utf-8")
        at = datetime(2026, month, 6, 13, 31, tzinfo=UTC)
        states.append(State(at, files[0], None if emeritus is None else files[1]))
    assert check(states) == ["Eve Estuary"]
    assert list(Membership.objects.filter(person__name="Mo Meadow").order_by("pk").values_list("ended", flat=True)) == [
        "emeritus",
        "",
    ]


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.is_dir(), reason="the team's published history is not on this machine")
def test_the_teams_real_history_is_imported_state_by_state() -> None:
    states = real_states()
    assert (len(states), check(states), Person.objects.count()) == (13, ["Stan Ulbrych"], 40)
