"""What people have chosen to get: how soon the mail of a topic comes, and which nominations are muted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from audit import clock
from audit.models import Event
from members.people.models import Person, Preferences
from members.people.policy import ADMIN
from members.people.registry import OwnData
from nominations.models import Nomination
from notifications.enums import Rhythm, Topic
from notifications.kinds import TOPICS, NewsKind
from notifications.models import MailChoice, Mute
from notifications.queries.subjects import nomination_of
from notifications.recipients import PERSON_PREFIX, ids_of


def _key(person: UUID) -> str:
    return f"{PERSON_PREFIX}{person}"


def wanted(keys: Collection[str], kind: NewsKind, event: Event) -> dict[str, Rhythm]:
    """Return how soon each of `keys` wants mail of this kind about `event`, without those who want none."""
    soon = _rhythms(keys, kind)
    muted = _muted_by(keys, event) if kind.is_mutable else set()
    return {key: rhythm for key, rhythm in soon.items() if rhythm is not Rhythm.OFF and key not in muted}


def _rhythms(keys: Collection[str], kind: NewsKind) -> dict[str, Rhythm]:
    """Return how soon mail of this kind goes to each of `keys`; at once to whoever has chosen nothing."""
    at_once = dict.fromkeys(keys, Rhythm.AT_ONCE)
    if kind.topic is None or len(TOPICS[kind.topic].rhythms) == 1:
        return at_once
    traits = TOPICS[kind.topic]
    theirs = MailChoice.objects.filter(person__in=ids_of(keys, PERSON_PREFIX), topic=kind.topic)
    chosen = dict(theirs.values_list("person", "rhythm"))
    admins = _admins(chosen) if traits.is_duty_of_admins and chosen else set()
    return at_once | {
        _key(person): traits.rhythm(rhythm, is_admin=person in admins) for person, rhythm in chosen.items()
    }


def _admins(people: Collection[UUID]) -> set[UUID]:
    found = Person.objects.filter(ADMIN.people(None, clock.now()), pk__in=people)
    return set(found.values_list("pk", flat=True))


def _muted_by(keys: Collection[str], event: Event) -> set[str]:
    """Return those of `keys` who have muted the nomination that `event` is about."""
    people = Mute.objects.filter(nomination=nomination_of(event), person__in=ids_of(keys, PERSON_PREFIX))
    return {_key(person) for person in people.values_list("person", flat=True)}


def time_zones(keys: Collection[str]) -> dict[str, str]:
    """Return the time zones of those of `keys` who have chosen one."""
    zones = Preferences.objects.filter(person__in=ids_of(keys, PERSON_PREFIX)).values_list("person", "time_zone")
    return {_key(person): zone for person, zone in zones}


def time_zone_of(person: Person) -> str:
    """Return the time zone in which the daily mail of `person` goes out."""
    return Preferences.objects.filter(person=person).values_list("time_zone", flat=True).first() or "UTC"


def choices_of(person: Person, *, is_admin: bool) -> dict[Topic, Rhythm]:
    """Return how soon each topic comes to `person`, as it is now."""
    chosen = dict(MailChoice.objects.filter(person=person).values_list("topic", "rhythm"))
    return {topic: traits.rhythm(chosen.get(topic), is_admin=is_admin) for topic, traits in TOPICS.items()}


def mutes_of(person: Person) -> list[Mute]:
    """Return the running nominations that `person` has muted, as rows with nomination and nominee, oldest first.

    A mute of one that has ended does nothing any more, and is not among them.
    """
    running = Mute.objects.filter(person=person, nomination__in=Nomination.objects.running())
    return list(running.select_related("nomination__nominee"))


def has_muted(person: Person, nomination: Nomination) -> bool:
    """Return whether `person` has muted the nomination."""
    return Mute.objects.filter(person=person, nomination=nomination).exists()


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield what a person has chosen to get. Which nominations are muted is left out: it names other people."""
    rows = list(MailChoice.objects.filter(person=person).order_by("topic"))
    yield OwnData(42, "notifications", {row.topic: row.rhythm for row in rows}, rows)
