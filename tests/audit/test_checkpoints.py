"""Checkpoints: what only they find, when one is written, and files that cannot be read or written."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit import checkpoints, tasks, workflow
from audit.checkpoints import Checkpoint, append, read_checkpoints
from audit.events import LOG, AuditEvent
from audit.models import GENESIS, Event, Link
from audit.queries import last_of
from audit.verify import verify
from tests.audit.logs import act, run, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.jsonl"


def cut(after: int) -> None:
    """Cut the tail off, and the head with it: what somebody does who knows how the log is verified."""
    tamper("DELETE FROM notifications_notice")
    tamper("DELETE FROM audit_link WHERE sequence > %s", after)
    tamper("DELETE FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_link)")
    tamper(
        "UPDATE audit_head SET sequence = %s, hash = coalesce((SELECT hash FROM audit_link WHERE sequence = %s), %s)",
        after, after, GENESIS,
    )  # fmt: skip


def rewrite() -> None:
    """Write the whole chain again around one forged event, the head as well."""
    forged = Event.objects.order_by("link__sequence")[0]
    forged.actor = "people.person:somebody-else"
    tamper("UPDATE audit_event SET actor = %s, leaf = %s WHERE id = %s", forged.actor, forged.digest(), forged.pk)
    previous = GENESIS
    for link in Link.objects.select_related("event").order_by("sequence"):
        sealed = Link.hash_of(previous, bytes(link.event.leaf))
        tamper("UPDATE audit_link SET previous = %s, hash = %s WHERE sequence = %s", previous, sealed, link.sequence)
        previous = sealed
    tamper("UPDATE audit_head SET hash = %s", previous)


# -- by hand -------------------------------------------------------------------------------------------


def test_a_log_cut_with_its_head_is_found_by_a_checkpoint_and_gets_no_new_one(kept: Path) -> None:
    act(1)
    act(2)
    assert run("--checkpoint", kept).startswith("The audit log is whole: 2 events")
    cut(1)
    assert run().startswith("The audit log is whole: 1 events")
    before = kept.read_text()
    [of_two] = read_checkpoints(kept)
    expected = [
        f"sequence 2: in the checkpoint of {of_two.at.isoformat()}, not in the log",
        "The audit log has 1 difference.",
    ]
    assert run("--against", kept).splitlines() == expected
    assert run("--checkpoint", kept).splitlines() == expected
    assert kept.read_text() == before


def test_an_emptied_log_is_found_by_a_checkpoint(kept: Path) -> None:
    act()
    run("--checkpoint", kept)
    cut(0)
    assert verify().is_whole
    assert "not in the log" in run("--checkpoint", kept)
    assert len(read_checkpoints(kept)) == 1


def test_a_chain_rewritten_with_its_head_is_found_by_a_checkpoint_and_gets_no_new_one(kept: Path) -> None:
    act(1)
    act(2)
    run("--checkpoint", kept)
    rewrite()
    assert verify().is_whole
    assert run("--checkpoint", kept).startswith("sequence 2: differs from the checkpoint of ")
    assert len(read_checkpoints(kept)) == 1


def test_every_checkpoint_of_one_place_is_compared(kept: Path) -> None:
    act()
    end = verify().end
    append(kept, Checkpoint(1, "00" * 32, end.at))
    append(kept, end)
    assert run("--against", kept).startswith("sequence 1: differs from the checkpoint of ")


def test_a_checkpoint_of_the_empty_log_is_compared(kept: Path) -> None:
    end = verify().end
    append(kept, end)
    assert verify(read_checkpoints(kept)).is_whole
    append(kept, Checkpoint(0, "11" * 32, end.at))
    assert verify(read_checkpoints(kept)).differences == (
        f"sequence 0: differs from the checkpoint of {end.at.isoformat()}",
    )


def test_a_checkpoint_is_added_to_those_before(kept: Path) -> None:
    act(1)
    run("--checkpoint", kept)
    act(2)
    assert run("--checkpoint", kept, "--against", kept).startswith("The audit log is whole: 2 events")
    assert [checkpoint.sequence for checkpoint in read_checkpoints(kept)] == [1, 2]
    assert json.loads(kept.read_text().splitlines()[1])["hash"] == verify().end.hash


def test_a_checkpoint_from_a_mail_is_compared(kept: Path) -> None:
    act(1)
    argument = verify().end.as_argument()
    act(2)
    assert run("--expect", argument).startswith("The audit log is whole: 2 events")
    assert run("--expect", argument, "--expect", f"2:{'0' * 64}").startswith(
        "sequence 2: differs from the checkpoint of "
    )
    cut(0)
    assert run("--expect", argument, "--checkpoint", kept).startswith("sequence 1: in the checkpoint of ")
    assert not kept.exists()


@pytest.mark.parametrize("text", ["1", f"x:{'0' * 64}", f"1:{'0' * 63}", f"{'1' * 19}:{'0' * 64}", f"-1:{'0' * 64}"])
def test_what_is_no_checkpoint_is_a_sentence(text: str) -> None:
    with pytest.raises(CommandError, match="a checkpoint is SEQUENCE:HASH, a number and 64 hexadecimal digits"):
        call_command("audit_verify", f"--expect={text}")


def test_a_file_of_checkpoints_that_cannot_be_read_or_written_is_a_sentence(tmp_path: Path) -> None:
    act()
    absent, missing = tmp_path / "absent", tmp_path / "missing" / "checkpoints"
    with pytest.raises(CommandError, match=f"^Cannot read {absent}: No such file or directory.$"):
        call_command("audit_verify", "--against", str(absent))
    with pytest.raises(CommandError, match=f"^Cannot read {tmp_path}: Is a directory.$"):
        call_command("audit_verify", "--checkpoint", str(tmp_path))
    with pytest.raises(
        CommandError, match=f"^The log is whole, but no checkpoint was added to {missing}: No such file or directory.$"
    ):
        call_command("audit_verify", "--checkpoint", str(missing))


@pytest.mark.parametrize("option", ["--against", "--checkpoint"])
def test_a_file_with_a_faulty_line_is_named(kept: Path, option: str) -> None:
    kept.write_text("\nnonsense\n")
    assert run(option, kept) == f"{kept}:2: not a checkpoint line"
    assert kept.read_text() == "\nnonsense\n"


def test_a_full_disk_leaves_no_half_line(kept: Path) -> None:
    act()
    append(kept, verify().end)
    before = kept.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with patch.object(os, "fsync", full), pytest.raises(OSError, match="No space left"):
        append(kept, verify().end)
    assert kept.read_bytes() == before


# -- by the schedule -------------------------------------------------------------------------------------


@pytest.fixture
def scheduled(settings: Settings, kept: Path) -> Path:
    settings.CHECKPOINT_FILE = kept
    return kept


def test_the_schedule_keeps_a_checkpoint_and_records_it(scheduled: Path) -> None:
    act()
    end = verify().end
    tasks.keep_checkpoint()
    [checkpoint] = read_checkpoints(scheduled)
    assert (checkpoint.sequence, checkpoint.hash) == (1, end.hash)
    event = last_of(AuditEvent.CHECKPOINT_KEPT)
    assert event is not None
    assert (event.target, event.actor) == (LOG, "system")
    assert event.data == {
        "sequence": 1,
        "hash": end.hash,
        "verified_at": checkpoint.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    tasks.keep_checkpoint()
    assert [checkpoint.sequence for checkpoint in read_checkpoints(scheduled)] == [1, 2]
    assert verify(read_checkpoints(scheduled)).is_whole


def test_the_schedule_signs_no_mutilated_log(scheduled: Path, caplog: pytest.LogCaptureFixture) -> None:
    event = act()
    act()
    tasks.keep_checkpoint()
    before = scheduled.read_text()
    tamper("UPDATE audit_event SET kind = 'thing:undone' WHERE id = %s", event.pk)
    caplog.clear()
    alarm = workflow.keep_checkpoint()
    assert (alarm.kind, alarm.data) == (AuditEvent.VERIFICATION_FAILED, {"differences": 1})
    assert scheduled.read_text() == before
    assert [(entry.levelno, entry.getMessage()) for entry in caplog.records] == [
        (logging.ERROR, f"the audit log is not whole: sequence 1: event {event.pk} was changed"),
        (logging.ERROR, "the audit log has 1 differences; no checkpoint was kept"),
    ]


def test_the_schedule_says_that_a_log_was_cut_with_its_head(scheduled: Path) -> None:
    act(1)
    act(2)
    tasks.keep_checkpoint()
    cut(1)
    assert workflow.keep_checkpoint().kind == AuditEvent.VERIFICATION_FAILED
    assert len(read_checkpoints(scheduled)) == 1


@pytest.mark.parametrize(("line", "error"), [("nonsense\n", "ValueError"), (None, "IsADirectoryError")])
def test_a_file_that_cannot_be_used_is_an_alarm(
    scheduled: Path, line: str | None, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    if line is None:
        scheduled.mkdir()
    else:
        scheduled.write_text(line)
    alarm = workflow.keep_checkpoint()
    assert (alarm.kind, alarm.data) == (AuditEvent.CHECKPOINT_FAILED, {"error": error})
    assert [entry.levelno for entry in caplog.records] == [logging.ERROR]
    assert "nonsense" not in caplog.text


def test_the_end_that_is_signed_is_the_end_that_was_read(scheduled: Path) -> None:
    """An event that comes between reading and signing is left to the next checkpoint."""
    act()

    def late(path: Path, checkpoint: Checkpoint) -> None:
        act()
        append(path, checkpoint)

    with patch.object(checkpoints, "append", late):
        workflow.keep_checkpoint()
    assert [checkpoint.sequence for checkpoint in read_checkpoints(scheduled)] == [1]
