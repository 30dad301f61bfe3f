"""The audit log: written in the verb's transaction, sealed at commit, never changed."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime
from typing import LiteralString
from unittest.mock import patch

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from psycopg import sql

from audit import clock
from audit.checkpoints import Checkpoint
from audit.log import record
from audit.models import GENESIS, Event, Link
from audit.signals import event_recorded
from audit.triggers import BODIES
from audit.verify import verify as read_log
from tests.audit.logs import Kind, act, tamper
from tests.audit.logs import run as verify
from tests.databases import owner
from tests.factories import make_person

pytestmark = pytest.mark.server_versions


def test_an_event_records_actor_kind_and_target(db: None) -> None:
    person = make_person("Ada Admin")
    at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    with transaction.atomic():
        event = record(Kind.DONE, target=person, by=person, at=at, day=at.date())
    event.refresh_from_db()
    assert (event.kind, event.actor, event.target, event.target_id, event.data, event.at) == (
        "thing:done",
        f"people.person:{person.pk}",
        f"people.person:{person.pk}",
        str(person.pk),
        {"day": "2026-11-22"},
        at,
    )
    assert bytes(event.leaf) == event.digest()
    assert str(event) == f"2026-11-22 12:00:00 thing:done people.person:{person.pk}"


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError, match="in the transaction of its act"):
        record(Kind.DONE, target="thing", by="reporter")
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rolled_back_leaves_no_event_and_no_gap() -> None:
    act(1)
    with transaction.atomic():
        record(Kind.DONE, target="thing", by=None)
        transaction.set_rollback(True)
    act(2)
    assert list(Link.objects.values_list("sequence", flat=True)) == [1, 2]
    assert verify().startswith("The audit log is whole: 2 events, hash ")


@pytest.mark.django_db(transaction=True)
def test_a_failing_receiver_rolls_the_transaction_back() -> None:
    def fail(**_details: object) -> None:
        raise ZeroDivisionError

    event_recorded.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            act()
    finally:
        event_recorded.disconnect(fail)
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_each_link_seals_the_one_before() -> None:
    events = [act(number) for number in range(3)]
    links = list(Link.objects.order_by("sequence"))
    assert [link.event_id for link in links] == [event.pk for event in events]
    previous = GENESIS
    for link, event in zip(links, events, strict=True):
        assert bytes(link.previous) == previous
        previous = Link.hash_of(previous, bytes(event.leaf))
        assert bytes(link.hash) == previous
    assert str(links[2]) == "3"


ATTACKS: list[tuple[str, LiteralString]] = [
    ("audit_event", "UPDATE audit_event SET kind = kind"),
    ("audit_event", "DELETE FROM audit_event"),
    ("audit_event", "TRUNCATE audit_event CASCADE"),
    ("audit_link", "UPDATE audit_link SET sequence = sequence"),
    ("audit_link", "DELETE FROM audit_link"),
    ("audit_link", "TRUNCATE audit_link"),
    ("audit_head", "UPDATE audit_head SET sequence = 0"),
    ("audit_head", "UPDATE audit_head SET sequence = sequence + 1"),
    ("audit_head", "DELETE FROM audit_head"),
    ("audit_head", "TRUNCATE audit_head"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("table", "statement"), ATTACKS)
def test_the_log_can_be_changed_by_nobody(table: str, statement: LiteralString) -> None:
    """The portal's own role has no right to; the owner of the tables has, and meets the triggers."""
    act()
    with pytest.raises(DatabaseError, match=f"permission denied for table {table}"), connection.cursor() as cursor:
        cursor.execute(statement)
    with owner() as database, pytest.raises(psycopg.DatabaseError, match="append-only"):
        database.execute(statement)
    assert (Event.objects.count(), Link.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_link_cannot_be_forged() -> None:
    """Links are added by the trigger alone, with the rights of the owner."""
    event = act()
    with pytest.raises(DatabaseError, match="permission denied for table audit_link"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_link (sequence, event_id, previous, hash) VALUES (2, %s, %s, %s)",
            [event.pk, GENESIS, GENESIS],
        )
    assert Link.objects.get().event == event


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE audit_event SET kind = 'thing:undone' WHERE id = %s", "sequence 2: event {id} was changed"),
        ("DELETE FROM audit_link WHERE event_id = %s", "sequence 2: missing from the chain"),
        ("UPDATE audit_link SET hash = previous WHERE event_id = %s", "sequence 2: its hash is wrong"),
        ("UPDATE audit_link SET previous = hash WHERE event_id = %s", "sequence 2: does not follow the one before"),
    ],
)
def test_verify_finds_a_changed_log(statement: LiteralString, complaint: str) -> None:
    events = [act(number) for number in range(3)]
    tamper(statement, str(events[1].pk))
    said = verify()
    assert complaint.format(id=events[1].pk) in said.splitlines()
    assert said.splitlines()[-1].startswith("The audit log has ")


@pytest.mark.django_db(transaction=True)
def test_verify_accepts_an_empty_log() -> None:
    assert verify() == f"The audit log is whole: 0 events, hash {GENESIS.hex()}.\n"
    end = read_log().end
    assert end == Checkpoint(0, GENESIS.hex(), end.at)


@pytest.mark.django_db(transaction=True)
def test_concurrent_events_are_all_chained_without_a_gap() -> None:
    def many() -> None:
        for number in range(25):
            act(number)
        connection.close()

    threads = [threading.Thread(target=many) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify().startswith("The audit log is whole: 150 events")


@pytest.mark.django_db(transaction=True)
def test_verify_finds_an_event_that_is_not_in_the_chain() -> None:
    with owner() as database:
        database.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_seal")
    try:
        event = act()
    finally:
        with owner() as database:
            database.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_seal")
    assert f"event {event.pk}: not in the chain" in verify()


def test_the_clock_is_the_databases_and_can_be_pretended(db: None) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    with clock.pretend(moment):
        assert clock.now() == moment
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 60
    assert clock.now().utcoffset() == UTC.utcoffset(None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(8))
def test_an_untouched_log_is_whole_whatever_its_length_and_whatever_was_rolled_back(seed: int) -> None:
    dice, written = random.Random(seed), 0
    for _ in range(dice.randint(0, 12)):
        events, is_kept = dice.randint(1, 5), dice.random() < 0.6
        with transaction.atomic():
            for number in range(events):
                record(Kind.DONE, target="thing", by=None, number=number)
            if dice.random() < 0.5:
                with connection.cursor() as cursor:
                    # The seal, early: what is rolled back after it has moved the head.
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(not is_kept)
        written += events if is_kept else 0
    found = read_log()
    assert (found.differences, found.end.sequence) == ((), written)


@pytest.mark.django_db(transaction=True)
def test_a_log_without_a_head_takes_no_event() -> None:
    act()
    tamper("DELETE FROM audit_head")
    with pytest.raises(DatabaseError, match="the audit log has no head"):
        act()
    tamper("INSERT INTO audit_head (id, sequence, hash) SELECT 1, sequence, hash FROM audit_link")
    assert read_log().is_whole


# -- what guards it ------------------------------------------------------------------------------------

GUARDS: list[tuple[LiteralString, LiteralString, str]] = [
    (
        "ALTER TABLE audit_event DISABLE TRIGGER audit_seal",
        "ALTER TABLE audit_event ENABLE TRIGGER audit_seal",
        "trigger audit_seal on audit_event: disabled",
    ),
    (
        "ALTER TABLE audit_link DISABLE TRIGGER USER",
        "ALTER TABLE audit_link ENABLE ALWAYS TRIGGER audit_link_row",
        "trigger audit_link_all on audit_link: disabled",
    ),
    (
        "DROP TRIGGER audit_link_row ON audit_link",
        "CREATE TRIGGER audit_link_row BEFORE DELETE OR UPDATE ON audit_link FOR EACH ROW EXECUTE FUNCTION audit_refuse()",  # noqa: E501
        "trigger audit_link_row on audit_link: missing",
    ),
    (
        "CREATE TRIGGER forge BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER forge ON audit_event",
        "trigger forge on audit_event: not the portal's",
    ),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("statement", "undo", "complaint"), GUARDS)
def test_a_guard_that_is_lifted_shows(statement: LiteralString, undo: LiteralString, complaint: str) -> None:
    with owner() as database:
        database.execute(statement)
    try:
        assert complaint in verify().splitlines()
    finally:
        with owner() as database:
            database.execute(undo)
            database.execute("ALTER TABLE audit_link ENABLE TRIGGER USER")
    assert read_log().is_whole


@pytest.mark.django_db(transaction=True)
def test_an_altered_function_shows() -> None:
    with owner() as database:
        database.execute(
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    try:
        assert "trigger audit_link_row on audit_link: its function audit_refuse was altered" in read_log().differences
    finally:
        with owner() as database:
            database.execute(
                sql.SQL(
                    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql"
                    " SET search_path = public, pg_temp AS {}"
                ).format(sql.Literal(BODIES["audit_refuse"]))
            )
    assert read_log().is_whole


@pytest.mark.django_db(transaction=True)
def test_a_log_that_is_written_while_it_is_read_is_whole() -> None:
    """Three threads write an event each for every 20 that are read: unpaced, the reader hardly catches up with them."""
    for number in range(40):
        act(number)
    stop, due = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        while due.acquire() and not stop.is_set():
            act()
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        with patch("audit.verify._CHUNK", 20):
            found = [read_log(progress=lambda _count: due.release(3)) for _ in range(12)]
    finally:
        stop.set()
        due.release(3)
        for thread in threads:
            thread.join()
    assert [verification.differences for verification in found] == [()] * 12
    assert found[-1].end.sequence > found[0].end.sequence
