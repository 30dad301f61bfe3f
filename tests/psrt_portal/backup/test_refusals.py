"""What refuses to be restored; the database is then as empty as it was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from audit.checkpoints import Checkpoint, append
from audit.verify import verify
from notifications import workflow as notifications
from psrt_portal.backup import manifest as manifests
from psrt_portal.backup import restoring
from psrt_portal.backup.manifest import DUMP, MANIFEST
from tests import cast as people
from tests import databases
from tests.psrt_portal.backup.backups import (
    at_work,
    back_up,
    checkpoint_file,
    content,
    copied_from,
    empty_database,
    holds_nothing,
    restore,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


Change = Callable[[dict[str, Any]], object]


def other_tables(data: dict[str, Any]) -> None:
    """Name a table more, a table less, a row more and other rows: the refusal lists them all."""
    data["tables"].update(made_up={"rows": 0, "sha256": ""})
    data["tables"].pop("people_person")
    data["tables"]["django_migrations"].update(sha256="0" * 64)
    data["tables"]["people_role"].update(rows=99)


UNFIT: dict[str, tuple[Change, str]] = {
    "a newer manifest": (lambda data: data.update(format=2), "written by a newer version of the portal"),
    "a newer portal": (lambda data: data.update(portal="99.1"), "made by version 99.1 of the portal"),
    "a newer migration": (lambda data: data["migrations"].append(["audit", "9999_later"]), "newer than those of this"),
    "a newer PostgreSQL": (lambda data: data.update(postgresql=99), "made on PostgreSQL 99, and this server is"),
    "another dump": (lambda data: data.update(dump_sha256="0" * 64), "is not the file that the manifest names"),
    "a field less": (lambda data: data.pop("tables"), "is not the manifest of a backup"),
    "a wrong type": (lambda data: data.update(tables=[]), "is not the manifest of a backup"),
    "a wrong moment": (lambda data: data.update(made_at="yesterday"), "is not the manifest of a backup"),
    "a wrong version": (lambda data: data.update(portal="one"), "is not the manifest of a backup"),
    "other tables": (
        other_tables,
        (
            "^table made_up: missing\ntable people_person: not in the manifest\n"
            "table django_migrations: not the rows of the manifest\n"
            "table people_role: 0 rows, and 99 in the manifest\nThis backup does not verify"
        ),
    ),
    "a longer log": (lambda data: data["audit"].update(sequence=7), "the audit log ends at 0, and at 7"),
    "another log": (lambda data: data["audit"].update(hash="0f" * 32), "sequence 0: differs from the checkpoint"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_manifest_that_does_not_fit_is_refused_and_nothing_is_left(
    backup: Path, case: str, nothing_is_left: None
) -> None:
    change, sentence = UNFIT[case]
    data = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    change(data)
    (backup / MANIFEST).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        restore(backup)


@pytest.mark.parametrize("broken", [b"", b"[]", b"no json", b"\xff\xfe"])
def test_a_manifest_that_is_none_is_refused(backup: Path, broken: bytes, nothing_is_left: None) -> None:
    (backup / MANIFEST).write_bytes(broken)
    with pytest.raises(CommandError, match="is not the manifest of a backup"):
        restore(backup)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_a_backup_is_refused(tmp_path: Path, there: bool, nothing_is_left: None) -> None:
    folder = tmp_path / "none"
    if there:
        folder.mkdir()
    with pytest.raises(CommandError, match="There is no backup in"):
        restore(folder)


def test_a_dump_that_is_missing_is_refused(backup: Path, nothing_is_left: None) -> None:
    (backup / DUMP).unlink()
    with pytest.raises(CommandError, match=r"portal\.dump cannot be read"):
        restore(backup)


@pytest.fixture
def worked(place: Path, store: Path, tmp_path: Path) -> Path:
    """A backup of a portal at work in which somebody has changed the ballots, to be spoilt."""
    return copied_from(store / "at work", _change_ballots, tmp_path)


def _change_ballots() -> None:
    at_work()
    with databases.owner() as database:
        database.execute("UPDATE nominations_ballot SET choice = 'no' WHERE choice = 'yes'")


def test_a_dump_that_breaks_off_is_refused_and_leaves_nothing(worked: Path, nothing_is_left: None) -> None:
    dump = (worked / DUMP).read_bytes()
    (worked / DUMP).write_bytes(dump[: len(dump) * 2 // 3])
    data = json.loads((worked / MANIFEST).read_text(encoding="utf-8"))
    data["dump_sha256"] = manifests.sha256_of(worked / DUMP)
    (worked / MANIFEST).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match=r"^pg_restore failed: "):
        restore(worked)


def test_a_database_that_holds_anything_is_refused_and_unchanged(backup: Path) -> None:
    people.assemble()
    notifications.pause("Something happens", operator="root")
    before = content()
    with pytest.raises(CommandError, match=r"is not empty: it holds table public\.account_emailaddress, .* more"):
        restore(backup)
    assert content() == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE mine (id bigserial PRIMARY KEY)", "table public.mine, sequence public.mine_id_seq"),
        ("CREATE VIEW mine AS SELECT 1", "view public.mine"),
        ("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", r"routine mine\(\)"),
        ("CREATE SCHEMA my CREATE TABLE mine (id int)", "table my.mine"),
    ],
)
def test_one_thing_in_the_database_is_enough(backup: Path, statement: str, named: str) -> None:
    with empty_database():
        with databases.owner() as database:
            database.execute(statement)
        with pytest.raises(CommandError, match=f"is not empty: it holds {named}\\."):
            restore(backup)
        assert not holds_nothing()


def test_a_second_restore_at_the_same_time_is_refused(backup: Path, nothing_is_left: None) -> None:
    with databases.owner() as other:
        other.execute("SELECT pg_advisory_lock(778830)")
        with pytest.raises(CommandError, match="Another restore"):
            restore(backup)


def test_a_copy_is_as_good_as_the_backup_and_later_checkpoints_are_the_gap(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append(checkpoint_file(place), verify().end)
    folder = back_up(place)
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "under another name")
    shutil.rmtree(folder)
    people.assemble()
    notifications.pause("Something happens", operator="root")
    append(checkpoint_file(place), verify().end)
    with empty_database():
        restore(copy)
        assert not holds_nothing()
    said = capsys.readouterr().out
    assert "has later checkpoints, up to event 1: " in said
    assert f"mv {checkpoint_file(place)} {place.parent / 'checkpoints.until-restore'}" in said


@pytest.mark.parametrize("kind", ["a folder", "broken"])
def test_checkpoints_that_cannot_be_read_are_a_sentence(
    place: Path, backup: Path, kind: str, nothing_is_left: None
) -> None:
    if kind == "broken":
        checkpoint_file(place).write_text("{}\n", encoding="utf-8")
    else:
        checkpoint_file(place).mkdir()
    with pytest.raises(CommandError, match="move it away"):
        restore(backup)


def test_a_log_that_was_rewritten_and_a_closed_vote_that_does_not_recount_are_refused(
    place: Path, worked: Path, nothing_is_left: None
) -> None:
    """The checkpoints say another hash of the log's last event; the ballots were changed before the backup."""
    manifest = manifests.read(worked)
    append(checkpoint_file(place), Checkpoint(manifest.audit.sequence, "0f" * 32, manifest.audit.at))
    with pytest.raises(CommandError) as refusal:
        restore(worked)
    differences = str(refusal.value).splitlines()[:-1]
    assert len(differences) == 2
    assert differences[0].startswith(f"sequence {manifest.audit.sequence}: differs from the checkpoint")
    assert re.fullmatch(r"vote [0-9a-f-]{36}: its ballots are not what was counted", differences[1])


def test_without_the_owner_nothing_is_restored(backup: Path, settings: Settings, nothing_is_left: None) -> None:
    owner = settings.DATABASE_OWNER
    settings.DATABASE_OWNER = {}
    with pytest.raises(CommandError, match=r"^DATABASE_OWNER_URL is not set"):
        restore(backup)
    settings.DATABASE_OWNER = owner


def test_a_role_of_too_many_rights_is_refused_before_anything_is_restored(
    backup: Path, settings: Settings, nothing_is_left: None
) -> None:
    settings.DATABASES["default"]["USER"], runtime = (
        settings.DATABASE_OWNER["USER"],
        settings.DATABASES["default"]["USER"],
    )
    try:
        with pytest.raises(CommandError, match="which is a superuser, the owner of the tables or a member"):
            restore(backup)
    finally:
        settings.DATABASES["default"]["USER"] = runtime


def test_tables_of_another_version_under_the_same_migrations_are_refused(
    backup: Path, tmp_path: Path, nothing_is_left: None
) -> None:
    with empty_database():
        restore(backup)
        with databases.owner() as database:
            database.execute("ALTER TABLE nominations_vote DROP COLUMN turnout_note CASCADE")
        old = back_up(tmp_path / "older")
    with pytest.raises(CommandError, match="table nominations_vote: the column turnout_note is missing"):
        restore(old)


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, SystemExit])
def test_a_restore_that_is_interrupted_leaves_nothing(
    backup: Path, stopped_by: type[BaseException], nothing_is_left: None
) -> None:
    def stop(step: str, _done: int, _total: int) -> None:
        if step == "Migrating":
            raise stopped_by

    with pytest.raises(stopped_by):
        restoring.restore(backup, stop)


def test_a_database_that_refuses_is_a_sentence(backup: Path, settings: Settings, nothing_is_left: None) -> None:
    owner = settings.DATABASE_OWNER
    settings.DATABASE_OWNER = {**owner, "USER": "nobody_of_this_name"}
    with pytest.raises(CommandError, match=r"^Nothing was restored, because the database answered with Op"):
        restore(backup)
    settings.DATABASE_OWNER = owner
