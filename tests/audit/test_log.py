"""The audit log: written in the verb's transaction, sealed at commit, never changed."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from audit import clock
from audit.log import record
from audit.models import GENESIS, Event, Link
from audit.signals import event_recorded
from audit.verify import Checkpoint, head
from tests.databases import owner, unguarded
from tests.factories import make_person

pytestmark = pytest.mark.server_versions


class Kind(StrEnum):
    DONE = "thing:done"


def act(number: int = 1) -> Event:
    """Record one event in a transaction of its own."""
    with transaction.atomic():
        return record(Kind.DONE, target="thing", by=None, number=number)


def verify(*arguments: object) -> str:
    """Return the output of the command, or the complaints of the error that it raises."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit_verify", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    return out.getvalue()


def tamper(statement: LiteralString, *values: str) -> None:
    """Change the log as the owner of the tables, with the triggers disabled."""
    with unguarded() as database:
        database.execute(statement, values)


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
        ("DELETE FROM audit_link WHERE event_id = %s", "sequence 2 to 2: missing from the chain"),
        ("UPDATE audit_link SET hash = previous WHERE event_id = %s", "sequence 2: its hash is wrong"),
        ("UPDATE audit_link SET previous = hash WHERE event_id = %s", "sequence 2: does not follow the one before"),
    ],
)
def test_verify_finds_a_changed_log(statement: LiteralString, complaint: str) -> None:
    events = [act(number) for number in range(3)]
    tamper(statement, str(events[1].pk))
    said = verify()
    assert complaint.format(id=events[1].pk) in said.splitlines()
    assert "differences" in said


@pytest.mark.django_db(transaction=True)
def test_verify_finds_a_cut_tail_by_a_checkpoint_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoints"
    act(1)
    verify("--checkpoint", kept)
    last = act(2)
    assert verify("--checkpoint", kept, "--against", kept).startswith("The audit log is whole: 2 events")
    tamper("DELETE FROM audit_link WHERE event_id = %s", str(last.pk))
    tamper("DELETE FROM audit_event WHERE id = %s", str(last.pk))
    assert verify().startswith("The audit log is whole: 1 events")
    assert "sequence 2: in the checkpoint of" in verify("--against", kept)


@pytest.mark.django_db(transaction=True)
def test_verify_finds_a_rewritten_chain_by_a_checkpoint_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoints"
    act(1)
    kept.write_text("\n" + json.dumps({"sequence": 1, "hash": "00" * 32, "at": "2026-11-22T00:00:00+00:00"}) + "\n")
    assert "sequence 1: differs from the checkpoint of 2026-11-22T00:00:00+00:00" in verify("--against", kept)


def test_a_checkpoint_file_with_a_faulty_line_is_named(db: None, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoints"
    kept.write_text("nonsense\n")
    assert verify("--against", kept) == f"{kept}:1: not a checkpoint line"
    assert "absent" in verify("--against", tmp_path / "absent")


@pytest.mark.django_db(transaction=True)
def test_verify_accepts_an_empty_log() -> None:
    assert verify() == f"The audit log is whole: 0 events, hash {GENESIS.hex()}.\n"
    at = clock.now()
    assert head(at) == Checkpoint(0, GENESIS.hex(), at)


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
