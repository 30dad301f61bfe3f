"""A thousand random changes to the log by the owner of its tables: each is found, without any checkpoint."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from audit.models import GENESIS, Event, Head, Link
from audit.verify import read_chain
from tests.audit.logs import act, as_the_owner, tampering
from tests.databases import reset

pytestmark = pytest.mark.attack

#: The triggers are lifted in every test here, so what is compared is the rows alone.
LENGTH = 24
SEEDS = 1000
#: Seeds to a test.
PART = 100


class Owner:
    """Somebody with the rights of the tables' owner, and dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def run(self, statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def place(self, least: int = 1, most: int = LENGTH) -> int:
        """Return the place of some event in the chain."""
        return self.dice.randint(least, most)

    def two(self) -> tuple[int, int]:
        """Return two places, the smaller one first."""
        one, other = sorted(self.dice.sample(range(1, LENGTH + 1), 2))
        return one, other

    def event(self, place: int) -> Event:
        return Event.objects.get(link__sequence=place)

    def bytes(self) -> bytes:
        return self.dice.randbytes(32)


EVENT_FIELDS = {
    "at": "at + interval '1 microsecond'",
    "kind": "kind || 'x'",
    "actor": "'people.person:' || gen_random_uuid()",
    "target": "target || 'x'",
    "data": "data || '{\"number\": 1000}'",
    "leaf": "sha256(leaf)",
    "id": "gen_random_uuid()",
}


def change_field(owner: Owner) -> None:
    name, value = owner.dice.choice(sorted(EVENT_FIELDS.items()))
    owner.run(f"UPDATE audit_event SET {name} = {value} WHERE id = %s", owner.event(owner.place()).pk)  # noqa: S608


def change_field_and_leaf(owner: Owner) -> None:
    event = owner.event(owner.place())
    event.actor = "people.person:somebody-else"
    owner.run("UPDATE audit_event SET actor = %s, leaf = %s WHERE id = %s", event.actor, event.digest(), event.pk)


def swap_events(owner: Owner) -> None:
    one, other = (owner.event(place) for place in owner.two())
    for row, content in ((one, other), (other, one)):
        owner.run(
            "UPDATE audit_event SET at = %s, data = %s, leaf = %s WHERE id = %s",
            content.at, f'{{"number": {content.data["number"]}}}', bytes(content.leaf), row.pk,
        )  # fmt: skip


def swap_links(owner: Owner) -> None:
    one, other = owner.two()
    events = owner.event(one).pk, owner.event(other).pk
    owner.run("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_id_key")
    for place, event in ((one, events[1]), (other, events[0])):
        owner.run("UPDATE audit_link SET event_id = %s WHERE sequence = %s", event, place)


def swap_places(owner: Owner) -> None:
    one, other = owner.two()
    for before, after in ((one, 0), (other, one), (0, other)):
        owner.run("UPDATE audit_link SET sequence = %s WHERE sequence = %s", after, before)


def delete_pairs(owner: Owner) -> None:
    first = owner.place()
    last = owner.place(first)
    events = list(Link.objects.filter(sequence__range=(first, last)).values_list("event_id", flat=True))
    owner.run("DELETE FROM audit_link WHERE sequence BETWEEN %s AND %s", first, last)
    owner.run("DELETE FROM audit_event WHERE id = ANY(%s)", events)


def cut_tail(owner: Owner) -> None:
    delete_from(owner, owner.place(), LENGTH)


def cut_head(owner: Owner) -> None:
    delete_from(owner, 1, owner.place())


def delete_from(owner: Owner, first: int, last: int) -> None:
    owner.run(
        "WITH gone AS (DELETE FROM audit_link WHERE sequence BETWEEN %s AND %s RETURNING event_id)"
        " DELETE FROM audit_event WHERE id IN (SELECT event_id FROM gone)",
        first, last,
    )  # fmt: skip


def cut_head_and_renumber(owner: Owner) -> None:
    gone = owner.place(1, LENGTH - 1)
    delete_from(owner, 1, gone)
    owner.run("UPDATE audit_link SET sequence = sequence - %s", gone)
    owner.run("UPDATE audit_link SET previous = %s WHERE sequence = 1", GENESIS)


def delete_event_only(owner: Owner) -> None:
    owner.run("DELETE FROM audit_event WHERE id = %s", owner.event(owner.place()).pk)


def delete_last_event_only(owner: Owner) -> None:
    owner.run("DELETE FROM audit_event WHERE id = %s", owner.event(LENGTH).pk)


def delete_link_only(owner: Owner) -> None:
    owner.run("DELETE FROM audit_link WHERE sequence = %s", owner.place())


def insert_unlinked(owner: Owner) -> None:
    owner.run(f"INSERT INTO audit_event {COPIED} WHERE id = %s", owner.event(owner.place()).pk)


COPIED = "SELECT gen_random_uuid(), at, kind, actor, target, data, leaf FROM audit_event"


def insert_link(owner: Owner) -> None:
    """A link of the right form after the last one, to an event that has one already."""
    owner.run("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_id_key")
    event, last = owner.event(owner.place()), Link.objects.get(sequence=LENGTH)
    previous = bytes(last.hash)
    owner.run(
        "INSERT INTO audit_link (sequence, event_id, previous, hash) VALUES (%s, %s, %s, %s)",
        LENGTH + 1, event.pk, previous, Link.hash_of(previous, bytes(event.leaf)),
    )  # fmt: skip


def truncate(owner: Owner) -> None:
    owner.run("TRUNCATE audit_event CASCADE")


def truncate_with_head(owner: Owner) -> None:
    owner.run("TRUNCATE audit_event, audit_head CASCADE")


def renumber(owner: Owner) -> None:
    distance = owner.dice.choice([-LENGTH * 2, -1, 1, 7])
    after = owner.place()
    # Two steps, because places are unique.
    owner.run("UPDATE audit_link SET sequence = sequence + 1000000 WHERE sequence >= %s", after)
    owner.run(
        "UPDATE audit_link SET sequence = sequence - 1000000 + %s WHERE sequence >= 1000000 AND NOT EXISTS"
        " (SELECT FROM audit_link taken WHERE taken.sequence = audit_link.sequence - 1000000 + %s)",
        distance, distance,
    )  # fmt: skip


def change_hash(owner: Owner) -> None:
    owner.run("UPDATE audit_link SET hash = %s WHERE sequence = %s", owner.bytes(), owner.place())


def change_previous(owner: Owner) -> None:
    owner.run("UPDATE audit_link SET previous = %s WHERE sequence = %s", owner.bytes(), owner.place())


def change_hash_and_next(owner: Owner) -> None:
    place, value = owner.place(1, LENGTH - 1), owner.bytes()
    owner.run("UPDATE audit_link SET hash = %s WHERE sequence = %s", value, place)
    owner.run("UPDATE audit_link SET previous = %s WHERE sequence = %s", value, place + 1)


def change_head(owner: Owner) -> None:
    column, value = owner.dice.choice([("sequence", owner.place(0, LENGTH - 1)), ("hash", owner.bytes())])
    owner.run(f"UPDATE audit_head SET {column} = %s", value)  # noqa: S608


def delete_head(owner: Owner) -> None:
    owner.run("DELETE FROM audit_head")


def duplicate(owner: Owner) -> None:
    """The same event twice, with a link of its own for the second."""
    insert_unlinked(owner)
    copy, last = Event.objects.get(link=None), Link.objects.get(sequence=LENGTH)
    previous = bytes(last.hash)
    owner.run(
        "INSERT INTO audit_link (sequence, event_id, previous, hash) VALUES (%s, %s, %s, %s)",
        LENGTH + 1, copy.pk, previous, Link.hash_of(previous, bytes(copy.leaf)),
    )  # fmt: skip


def rewrite_order(owner: Owner) -> None:
    """The whole chain again, whole in itself, with the events in another order; the head is left alone."""
    events = list(Event.objects.order_by("link__sequence"))
    before = list(events)
    while events == before:
        owner.dice.shuffle(events)
    chain_again(owner, events)


def rewrite_content(owner: Owner) -> None:
    """One event says something else, and every hash after it is computed again; the head is left alone."""
    events = list(Event.objects.order_by("link__sequence"))
    forged = owner.dice.choice(events)
    forged.actor = "people.person:somebody-else"
    forged.leaf = forged.digest()
    owner.run("UPDATE audit_event SET actor = %s, leaf = %s WHERE id = %s", forged.actor, forged.leaf, forged.pk)
    chain_again(owner, events)


def chain_again(owner: Owner, events: list[Event]) -> None:
    owner.run("DELETE FROM audit_link")
    previous = GENESIS
    for place, event in enumerate(events, start=1):
        sealed = Link.hash_of(previous, bytes(event.leaf))
        owner.run(
            "INSERT INTO audit_link (sequence, event_id, previous, hash) VALUES (%s, %s, %s, %s)",
            place, event.pk, previous, sealed,
        )  # fmt: skip
        previous = sealed


def cut_tail_and_go_on(owner: Owner) -> None:
    """A cut tail, and the portal goes on writing events afterwards."""
    cut_tail(owner)
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")
    owner.run("ALTER TABLE audit_event ENABLE TRIGGER audit_seal")
    for number in range(owner.dice.randint(1, LENGTH)):
        act(number)
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")
    assert Link.objects.latest("sequence").sequence > LENGTH


TAMPERINGS: list[Callable[[Owner], None]] = [
    change_field, change_field_and_leaf, swap_events, swap_links, swap_places, delete_pairs, cut_tail, cut_head,
    cut_head_and_renumber, delete_event_only, delete_last_event_only, delete_link_only, insert_unlinked, insert_link,
    truncate, truncate_with_head, renumber, change_hash, change_previous, change_hash_and_next, change_head,
    delete_head, duplicate, rewrite_order, rewrite_content, cut_tail_and_go_on,
]  # fmt: skip


@pytest.fixture(scope="module")
def log(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A log that was written once for all tests of this module, on a connection of the owner."""
    with django_db_blocker.unblock():
        for number in range(LENGTH):
            act(number)
        with as_the_owner():
            yield
        reset()


def found() -> tuple[str, ...]:
    return read_chain().differences


@pytest.mark.no_cover
@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_every_tampering_by_the_owner_is_found(log: None, first: int) -> None:
    unseen = []
    for seed in range(first, first + PART):
        owner = Owner(seed)
        # Each kind in turn, so that no kind is left out by the dice.
        way = TAMPERINGS[seed % len(TAMPERINGS)]
        with tampering():
            way(owner)
            if not found():
                unseen.append((seed, way.__name__))
    assert unseen == []
    assert found() == ()


def test_what_no_log_can_betray_without_a_checkpoint_is_the_chain_rewritten_with_its_head(log: None) -> None:
    """Said in docs/threat-model.md; `test_checkpoints` finds the same with a checkpoint."""
    with tampering():
        rewrite_content(Owner(1))
        Head.objects.update(hash=Link.objects.latest("sequence").hash)
        assert found() == ()


SAID: list[tuple[Callable[[Owner], None], tuple[str, ...]]] = [
    (
        lambda owner: delete_from(owner, LENGTH, LENGTH),
        (
            f"{LENGTH} events were sealed, and the chain ends at sequence {LENGTH - 1}",
            f"{LENGTH} events were sealed; there are {LENGTH - 1} events and {LENGTH - 1} links",
        ),
    ),
    (
        truncate,
        (
            f"{LENGTH} events were sealed, and the chain ends at sequence 0",
            f"{LENGTH} events were sealed; there are 0 events and 0 links",
        ),
    ),
    (truncate_with_head, ("the head of the log is missing",)),
    (
        lambda owner: delete_from(owner, 3, 5),
        (
            "sequence 3 to 5: missing from the chain",
            "sequence 6: does not follow the one before",
            f"{LENGTH} events were sealed; there are {LENGTH - 3} events and {LENGTH - 3} links",
        ),
    ),
    (
        lambda owner: owner.run("UPDATE audit_link SET sequence = -1 WHERE sequence = 1"),
        (
            "sequence -1: not a place in the chain",
            "sequence 1: missing from the chain",
        ),
    ),
    (
        lambda owner: owner.run("UPDATE audit_head SET hash = sha256(hash)"),
        (f"sequence {LENGTH}: not the link that was sealed last",),
    ),
]


@pytest.mark.parametrize(("way", "said"), SAID)
def test_what_is_found_is_said(log: None, way: Callable[[Owner], None], said: tuple[str, ...]) -> None:
    with tampering():
        way(Owner(1))
        assert found() == said


@pytest.mark.parametrize("size", [1, 5, LENGTH, LENGTH + 1])
def test_reading_in_pieces_changes_nothing(log: None, size: int) -> None:
    with patch("audit.verify._CHUNK", size):
        assert found() == ()
        with tampering():
            Owner(1).run("DELETE FROM audit_link WHERE sequence = 6")
            assert found()[0] == "sequence 6: missing from the chain"


def test_the_last_event_alone_is_missed_by_its_link(log: None) -> None:
    event = Event.objects.get(link__sequence=LENGTH)
    with tampering():
        Event.objects.filter(pk=event.pk)._raw_delete("default")
        assert found() == (
            f"sequence {LENGTH}: its event {event.pk} is missing",
            f"{LENGTH} events were sealed; there are {LENGTH - 1} events and {LENGTH} links",
        )
