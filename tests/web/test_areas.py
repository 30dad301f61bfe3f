"""The registry of areas: their order, their columns, and who sees them on the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import Value

from web import areas
from web.areas import AreaSource, columns_of, concerning, number_in_words, register, registered
from web.waiting import Area

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "_sources", [])


def source(position: int, *readers: str, column: str = "") -> AreaSource:
    """An area that concerns `readers`, with one column or none."""
    return AreaSource(
        group="Any",
        position=position,
        area=lambda _values, _now: Area(title=str(position), url="/", detail=""),
        columns=lambda _now: {column: Value(position)} if column else {},
        concerns=lambda actor: actor in readers,
    )


def test_areas_stand_by_position_and_once_whoever_registers_first() -> None:
    first, second, third = source(1), source(2), source(3)
    register(third, first)
    register(second, third)
    assert registered() == [first, second, third]


def test_an_area_concerns_nobody_unless_it_says_so() -> None:
    silent = AreaSource(group="Any", position=1, area=lambda _values, _now: Area(title="", url="/", detail=""))
    both, ada = source(2, "ada", "sam"), source(3, "ada")
    register(silent, both, ada)
    assert [concerning(name) for name in ("ada", "sam", "mel")] == [[both, ada], [both], []]
    assert columns_of([silent], NOON) == {}


def test_the_columns_of_all_areas_are_read_together() -> None:
    columns = columns_of([source(1, column="one"), source(2), source(3, column="three")], NOON)
    assert list(columns) == ["one", "three"]


@pytest.mark.parametrize(("number", "text"), [(0, ""), (1, "1 is open"), (2, "2 are open")])
def test_a_number_is_said_in_words_and_none_is_left_out(number: int, text: str) -> None:
    assert number_in_words(number, "is open", "are open") == text
