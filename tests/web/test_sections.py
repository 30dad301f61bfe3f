"""Parts of a page that other apps contribute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from web.sections import Section, joined_to, register, sections_of

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_sections_stand_by_place_in_order_of_position_whoever_registered_first() -> None:
    def late(subject: str, actor: str, now: datetime) -> Iterator[Section]:
        yield Section("aside", 20, "late.html", {"of": (subject, actor, now)})

    def early(_subject: str, _actor: str, _now: datetime) -> list[Section]:
        return [Section("aside", 10, "early.html"), Section("top", 30, "top.html")]

    register("test:order", late)
    register("test:order", early)
    register("test:order", late)
    sections = sections_of("test:order", "a subject", "an actor", NOW)
    assert {place: [section.template for section in rows] for place, rows in sections.items()} == {
        "aside": ["early.html", "late.html"],
        "top": ["top.html"],
    }
    assert sections["aside"][1].context == {"of": ("a subject", "an actor", NOW)}


def test_a_page_without_sources_has_no_sections() -> None:
    register("test:other", lambda *_given: [Section("aside", 1, "other.html")])
    assert sections_of("test:none", None, None, NOW) == {}


def test_a_page_reads_along_what_its_sources_name_once() -> None:
    for place in ("aside", "top"):
        register("test:joined", lambda *_given, place=place: [Section(place, 1, "one.html")], joined="lookup")
    register("test:joined", lambda *_given: [])
    assert (joined_to("test:joined"), joined_to("test:none")) == ({"lookup"}, set())
