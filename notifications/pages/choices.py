"""The page of one's own notifications: what may be chosen, and which nominations are muted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField, BoundWidget

from members.people.models import Person
from members.people.policy import Actor
from notifications.enums import Rhythm, Topic
from notifications.forms import ChoicesForm
from notifications.kinds import TOPICS
from notifications.queries import choices
from notifications.timing import DIGEST_HOUR


@dataclass(frozen=True)
class Cell:
    """One rhythm of one topic: a radio button, a fact, or nothing."""

    label: str
    control: BoundWidget | None
    is_fixed: bool


@dataclass(frozen=True)
class TopicRow:
    """One topic of the table."""

    topic: Topic
    examples: str
    field: BoundField | None
    cells: list[Cell]


@dataclass(frozen=True)
class TopicGroup:
    """Topics under one heading."""

    title: str
    rows: list[TopicRow]


def topics_of(actor: Actor) -> list[Topic]:
    """Return the topics of which `actor` may get mail, in the order of the page."""
    return [topic for topic, traits in TOPICS.items() if traits.who.holds(actor, None)]


def possible_for(actor: Actor) -> Mapping[Topic, Sequence[Rhythm]]:
    """Return what `actor` may choose, by topic, without the topics that leave no choice."""
    rhythms = {topic: TOPICS[topic].rhythms_for(is_admin=actor.is_admin) for topic in topics_of(actor)}
    return {topic: offered for topic, offered in rhythms.items() if len(offered) > 1}


def initial_of(person: Person, actor: Actor) -> dict[str, str]:
    """Return what is chosen now, as the form takes it."""
    return {topic.value: rhythm for topic, rhythm in choices.choices_of(person, is_admin=actor.is_admin).items()}


def contents(form: ChoicesForm, person: Person, actor: Actor) -> dict[str, Any]:
    """Return the context of the page, without what was sent lately."""
    rows = [_row(topic, form, actor) for topic in topics_of(actor)]
    required = [row for row in rows if Rhythm.OFF not in TOPICS[row.topic].rhythms_for(is_admin=actor.is_admin)]
    free = [row for row in rows if row not in required]
    groups = [TopicGroup("Required", required), TopicGroup("Your choice", free)]
    return {
        "form": form,
        "rhythms": [rhythm.label for rhythm in Rhythm],
        "groups": [group for group in groups if group.rows],
        "mutes": choices.mutes_of(person),
        "hour": DIGEST_HOUR,
        "zone": choices.time_zone_of(person),
    }


def _row(topic: Topic, form: ChoicesForm, actor: Actor) -> TopicRow:
    possible = TOPICS[topic].rhythms_for(is_admin=actor.is_admin)
    field = form[topic.value] if topic.value in form.fields else None
    controls = {str(choice.data["value"]): choice for choice in field} if field else {}
    cells = [
        Cell(rhythm.label, controls.get(rhythm.value), is_fixed=field is None and rhythm in possible)
        for rhythm in Rhythm
    ]
    return TopicRow(topic, TOPICS[topic].examples, field, cells)
