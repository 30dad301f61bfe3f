"""The items of the dashboard that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from web import waiting
from web.waiting import Waiting, register, waiting_for

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def item(title: str, *, due: datetime | None = None, tone: str = "accent") -> Waiting:
    """Something that waits."""
    return Waiting("soon", tone, due, title, "", "/", "Look")


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_sources", [])


def test_what_runs_out_first_comes_first_then_what_is_wrong_then_the_title() -> None:
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
    assert [one.title for one in waiting_for(None, NOON)] == [
        "sooner", "sooner, in no hurry", "later", "z", "a", "b",
    ]  # fmt: skip


def test_every_source_is_asked_once_with_the_actor_and_the_moment() -> None:
    calls: list[tuple[object, datetime]] = []

    def source(actor: object, now: datetime) -> Iterable[Waiting]:
        calls.append((actor, now))
        return []

    register(source)
    register(source)
    assert waiting_for("mel", NOON) == []
    assert calls == [("mel", NOON)]


def test_without_a_source_nothing_waits() -> None:
    assert waiting_for(None, NOON) == []
