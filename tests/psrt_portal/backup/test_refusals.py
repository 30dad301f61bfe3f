"""What refuses to be restored; the database is then as empty as it was."""

from __future__ import annotations

import json
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
    empty_database,
    holds_nothing,
    restore,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


Change = Callable[[dict[str, Any]], object]

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
    "a table more": (
        lambda data: data["tables"].update(made_up={"rows": 0, "sha256": ""}),
        "table made_up: missing",
    ),
    "a table less": (lambda data: data["tables"].pop("people_person"), "table people_person: not in the manifest"),
    "a row more": (
        lambda data: data["tables"]["people_person"].update(rows=99),
        "table people_person: 0 rows, and 99 in the manifest",
    ),
    "other rows": (
        lambda data: data["tables"]["django_migrations"].update(sha256="0" * 64),
        "table django_migrations: not the rows of the manifest",
    ),
    "a longer log": (lambda data: data["audit"].update(sequence=7), "the audit log ends at 0, and at 7"),
    "another log": (lambda data: data["audit"].update(hash="0f" * 32), "sequence 0: differs from the checkpoint"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_manifest_that_does_not_fit_is_refused_and_nothing_is_left(backup: Path, case: str) -> None:
    change, sentence = UNFIT[case]
    data = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    change(data)
    (backup / MANIFEST).write_text(json.dumps(data), encoding="utf-8")
    with empty_database():
        with pytest.raises(CommandError, match=sentence):
            restore(backup)
        assert holds_nothing()


@pytest.mark.parametrize("broken", [b"", b"[]", b"no json", b"\xff\xfe"])
def test_a_manifest_that_is_none_is_refused(backup: Path, broken: bytes) -> None:
    (backup / MANIFEST).write_bytes(broken)
    with empty_database():
        with pytest.raises(CommandError, match="is not the manifest of a backup"):
            restore(backup)
        assert holds_nothing()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_a_backup_is_refused(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "none"
    if there:
        folder.mkdir()
    with empty_database(), pytest.raises(CommandError, match="There is no backup in"):
        restore(folder)


def test_a_dump_that_is_missing_is_refused(backup: Path) -> None:
    (backup / DUMP).unlink()
    with empty_database():
        with pytest.raises(CommandError, match=r"portal\.dump cannot be read"):
            restore(backup)
        assert holds_nothing()


def test_a_dump_that_breaks_off_is_refused_and_leaves_nothing(place: Path) -> None:
    at_work()
    folder = back_up(place)
    dump = (folder / DUMP).read_bytes()
    (folder / DUMP).write_bytes(dump[: len(dump) * 2 // 3])
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    data["dump_sha256"] = manifests.sha256_of(folder / DUMP)
    (folder / MANIFEST).write_text(json.dumps(data), encoding="utf-8")
    with empty_database():
        with pytest.raises(CommandError, match=r"^pg_restore failed: "):
            restore(folder)
        assert holds_nothing()


def test_a_database_that_holds_anything_is_refused_and_unchanged(place: Path) -> None:
    at_work()
    folder = back_up(place)
    before = content()
    with pytest.raises(CommandError, match=r"is not empty: it holds table public\.account_emailaddress, .* more"):
        restore(folder)
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


def test_a_second_restore_at_the_same_time_is_refused(backup: Path) -> None:
    with empty_database(), databases.owner() as other:
        other.execute("SELECT pg_advisory_lock(778830)")
        with pytest.raises(CommandError, match="Another restore"):
            restore(backup)
        assert holds_nothing()


def test_a_log_that_was_rewritten_before_the_backup_contradicts_the_checkpoints(place: Path) -> None:
    at_work()
    folder = back_up(place)
    end = verify().end
    append(checkpoint_file(place), Checkpoint(end.sequence, "0f" * 32, end.at))
    with empty_database():
        with pytest.raises(CommandError, match=f"sequence {end.sequence}: differs from the checkpoint"):
            restore(folder)
        assert holds_nothing()


def test_later_checkpoints_are_the_gap_and_nothing_else(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(checkpoint_file(place), verify().end)
    folder = back_up(place)
    people.assemble()
    notifications.pause("Something happens", operator="root")
    append(checkpoint_file(place), verify().end)
    with empty_database():
        restore(folder)
    said = capsys.readouterr().out
    assert "has later checkpoints, up to event 1: " in said
    assert f"mv {checkpoint_file(place)} {place.parent / 'checkpoints.until-restore'}" in said


@pytest.mark.parametrize("kind", ["a folder", "broken"])
def test_checkpoints_that_cannot_be_read_are_a_sentence(place: Path, backup: Path, kind: str) -> None:
    if kind == "broken":
        checkpoint_file(place).write_text("{}\n", encoding="utf-8")
    else:
        checkpoint_file(place).mkdir()
    with empty_database():
        with pytest.raises(CommandError, match="move it away"):
            restore(backup)
        assert holds_nothing()


def test_a_closed_vote_that_does_not_recount_is_refused(place: Path) -> None:
    world = at_work()
    with databases.owner() as database:
        database.execute("UPDATE nominations_ballot SET choice = 'no' WHERE choice = 'yes'")
    folder = back_up(place)
    with empty_database():
        with pytest.raises(CommandError, match=f"vote {world.counted.vote.pk}: its ballots are not what was counted"):
            restore(folder)
        assert holds_nothing()


def test_without_the_owner_nothing_is_restored(backup: Path, settings: Settings) -> None:
    owner = settings.DATABASE_OWNER
    with empty_database():
        settings.DATABASE_OWNER = {}
        with pytest.raises(CommandError, match=r"^DATABASE_OWNER_URL is not set"):
            restore(backup)
        settings.DATABASE_OWNER = owner
        assert holds_nothing()


def test_a_role_of_too_many_rights_is_refused_before_anything_is_restored(backup: Path, settings: Settings) -> None:
    with empty_database():
        settings.DATABASES["default"]["USER"], runtime = (
            settings.DATABASE_OWNER["USER"],
            settings.DATABASES["default"]["USER"],
        )
        try:
            with pytest.raises(CommandError, match="which is a superuser, the owner of the tables or a member"):
                restore(backup)
        finally:
            settings.DATABASES["default"]["USER"] = runtime
        assert holds_nothing()


def test_a_copy_of_a_backup_is_as_good_as_the_backup(place: Path, tmp_path: Path) -> None:
    folder = back_up(place)
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "under another name")
    shutil.rmtree(folder)
    with empty_database():
        restore(copy)
        assert not holds_nothing()


def test_tables_of_another_version_under_the_same_migrations_are_refused(backup: Path, tmp_path: Path) -> None:
    with empty_database():
        restore(backup)
        with databases.owner() as database:
            database.execute("ALTER TABLE nominations_vote DROP COLUMN turnout_note CASCADE")
        old = back_up(tmp_path / "older")
    with empty_database():
        with pytest.raises(CommandError, match="table nominations_vote: the column turnout_note is missing"):
            restore(old)
        assert holds_nothing()


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, SystemExit])
def test_a_restore_that_is_interrupted_leaves_nothing(backup: Path, stopped_by: type[BaseException]) -> None:
    def stop(step: str, _done: int, _total: int) -> None:
        if step == "Migrating":
            raise stopped_by

    with empty_database():
        with pytest.raises(stopped_by):
            restoring.restore(backup, stop)
        assert holds_nothing()


def test_a_database_that_refuses_is_a_sentence(backup: Path, settings: Settings) -> None:
    owner = settings.DATABASE_OWNER
    with empty_database():
        settings.DATABASE_OWNER = {**owner, "USER": "nobody_of_this_name"}
        with pytest.raises(CommandError, match=r"^Nothing was restored, because the database answered with Op"):
            restore(backup)
        settings.DATABASE_OWNER = owner
        assert holds_nothing()
