"""The history of the two files, played through the portal's own acts, and the team on a day, as it is told today."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from members.people.models import Membership, MembershipBegan
from tests.architecture.source import ROOT
from tests.members.people.replay import Replay, State, exported, published

#: What the team published between February and July 2026; not part of the project.
REAL = ROOT.parent / "shared" / "data" / "roster-history"

FIRST = 'Ann Arbor,ann,Admin\nBo Brook,bo,"Admin, Release Manager"\nCy Cedar,cy,\nDee Delta,dee,Release Manager\n'
EMERITI = "Lou Lagoon,,Release Manager\nMo Meadow,mo,\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def invented(tmp_path: Path) -> list[State]:
    """Additions, two of them on one day, an emeritus list that appears, an admin, and a return from emeritus."""
    joined = [FIRST, FIRST + "Eve Estuary,eve,\n", FIRST + "Eve Estuary,eve,\nFay Fjord,fay,\n"]
    with_admin = joined[2].replace("Eve Estuary,eve,", "Eve Estuary,eve,Admin")
    back = with_admin + "Mo Meadow,mo,\n"
    steps = [
        (datetime(2026, 2, 6, 13, 31, tzinfo=UTC), joined[0], None),
        (datetime(2026, 3, 5, 10, 28, tzinfo=UTC), joined[1], None),
        (datetime(2026, 3, 5, 13, 50, tzinfo=UTC), joined[2], None),
        (datetime(2026, 3, 13, 18, 0, tzinfo=UTC), joined[2], ""),
        (datetime(2026, 3, 18, 14, 30, tzinfo=UTC), joined[2], EMERITI),
        (datetime(2026, 7, 9, 15, 55, tzinfo=UTC), with_admin, EMERITI),
        (datetime(2026, 7, 21, 19, 37, tzinfo=UTC), back, EMERITI.replace("Mo Meadow,mo,\n", "")),
    ]
    return [
        State(
            at,
            write(tmp_path, f"{number}.csv", members),
            None if emeritus is None else write(tmp_path, f"{number}-emeritus.csv", emeritus),
        )
        for number, (at, members, emeritus) in enumerate(steps)
    ]


def real_states() -> list[State]:
    """Every published state, by the moment in the name of its file."""
    files = sorted(REAL.glob("*-psrt.csv"))
    return [
        State(
            datetime.strptime(path.name[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC),
            path,
            emeritus
            if (emeritus := path.with_name(path.name.replace("psrt.csv", "psrt-emeritus.csv"))).exists()
            else None,
        )
        for path in files
    ]


def check_replay(states: list[State]) -> None:
    """Then, at each moment, the files are the published ones; and today `?on=` says the same of each of those days."""
    then = []

    def check(state: State) -> None:
        then.append(exported() == published(state))

    Replay(states).play(check)
    assert then == [True] * len(states)
    last_of_day = {state.at.date(): state for state in states}
    today = {day: exported(f"?on={day}") == published(state) for day, state in last_of_day.items()}
    assert today == dict.fromkeys(last_of_day, True)


@pytest.mark.django_db
def test_an_invented_history_comes_out_on_each_day_as_it_was_published(invented: list[State]) -> None:
    check_replay(invented)
    mo = Membership.objects.filter(person__name="Mo Meadow").order_by("id")
    assert [(one.began, one.ended) for one in mo] == [(MembershipBegan.RECORD, "emeritus"), (MembershipBegan.VOTE, "")]


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.is_dir(), reason="the team's published history is not on this machine")
def test_the_teams_real_history_comes_out_on_each_day_as_it_was_published() -> None:
    check_replay(real_states())
