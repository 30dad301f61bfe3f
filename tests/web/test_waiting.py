"""The registry of the dashboard: sources, columns, and the order of what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from web import waiting
from web.waiting import Area, ColumnItems, ColumnSource, Waiting, by_urgency, items_for, register, register_columns

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def item(title: str, *, due: datetime | None = None, tone: str = "accent") -> Waiting:
    """Something that waits."""
    return Waiting(urgency="soon", tone=tone, due=due, title=title, detail="", url="/", action="Look")


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_sources", [])
    monkeypatch.setattr(waiting, "_column_sources", [])


def test_items_stand_in_order_of_deadline_tone_and_title() -> None:
    items = [
        item("b"),
        item("a"),
        item("z", tone="now"),
        item("later", due=NOON + timedelta(days=2)),
        item("sooner, in no hurry", due=NOON, tone="accent"),
        item("sooner", due=NOON, tone="now"),
    ]
    register(lambda _actor, _now: items[:3])
    register(lambda _actor, _now: items[3:])
    assert [one.title for one in by_urgency(items_for(None, NOON))] == [
        "sooner", "sooner, in no hurry", "later", "z", "a", "b",
    ]  # fmt: skip


def test_every_source_is_asked_once_with_the_actor_and_the_moment() -> None:
    calls: list[tuple[object, datetime]] = []

    def source(actor: object, now: datetime) -> Iterable[Waiting]:
        calls.append((actor, now))
        return []

    register(source)
    register(source)
    assert items_for("mel", NOON) == []
    assert calls == [("mel", NOON)]


def test_without_a_source_nothing_waits() -> None:
    assert items_for(None, NOON) == []
    assert (ColumnItems(None, NOON).columns, ColumnItems(None, NOON).items({})) == ({}, [])


def test_an_area_waits_for_nobody() -> None:
    assert by_urgency([Area(title="Drift", url="/", detail=""), item("a")]) == [item("a")]


def test_columns_of_all_sources_are_read_together_and_each_source_gets_the_values_if_it_asked() -> None:
    texts = ColumnSource(
        lambda actor, _now: {"text": f"of {actor}"}, lambda *of: [item(f"{of[0]} reads {of[2]['text']}")]
    )
    nothing = ColumnSource(lambda _actor, _now: {}, lambda *_of: [item("not asked for")])
    numbers = ColumnSource(lambda _actor, _now: {"number": 1}, lambda *of: [item(str(of[2]["number"]), due=of[1])])
    for source in (texts, nothing, numbers, numbers):
        register_columns(source)
    asked = ColumnItems("mel", NOON)
    assert asked.columns == {"text": "of mel", "number": 1}
    assert asked.items({"text": "a text", "number": 7}) == [item("mel reads a text"), item("7", due=NOON)]
