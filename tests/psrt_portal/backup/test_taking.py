"""What is in a backup, and what refuses to be backed up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from psrt_portal.backup import programs, tables
from psrt_portal.backup.manifest import DUMP, MANIFEST, read
from psrt_portal.embedded.postgresql import PostgreSQL
from tests import cast as people
from tests import databases
from tests.psrt_portal.backup.backups import (
    at_work,
    back_up,
    checkpoint_file,
    connected_to,
    content,
    empty_database,
    holds_nothing,
    pretend,
    restore,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


# -- what is in a backup ---------------------------------------------------------------------------------


def test_a_backup_holds_no_key_no_session_and_no_limit(place: Path, settings: Settings) -> None:
    world = at_work()
    folder = back_up(place)
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, DUMP]
    made = read(folder)
    assert tables.left_out() == {"django_session", "usersessions_usersession", "portal_cache"}
    assert made.tables.keys() == content().keys() - tables.left_out()
    text = folder.joinpath(MANIFEST).read_text(encoding="utf-8") + in_clear(folder)
    secrets = [path.read_bytes().hex() for path in settings.VOTE_KEY_DIR.iterdir()]
    assert len(secrets) == 2
    gone = [*secrets, str(world.member.session.session_key), "203.0.113.7", "a limit", settings.SECRET_KEY]
    assert [word for word in gone if word in text] == []
    there = [world.report.reference, bytes(world.running.vote.public_key).hex(), "Mia Member"]
    assert [word for word in there if word not in text] == []


def in_clear(folder: Path) -> str:
    """The dump as SQL: as a file it is compressed."""
    program = Path(django_settings.POSTGRESQL_PROGRAMS) / "pg_restore"
    command = [str(program), "--file=-", str(folder / DUMP)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_backup_is_for_its_owner_alone(place: Path) -> None:
    folder = back_up(place)
    assert [path.stat().st_mode & 0o077 for path in (place, folder, folder / MANIFEST, folder / DUMP)] == [0] * 4


def test_a_backup_needs_no_right_that_the_portal_lacks(place: Path, settings: Settings) -> None:
    settings.DATABASE_OWNER = {}
    assert read(back_up(place)).tables["people_person"].rows == 0


def test_what_changes_while_a_backup_is_taken_is_not_in_it(place: Path, settings: Settings, tmp_path: Path) -> None:
    cast = people.assemble()
    change = "UPDATE people_person SET affiliation = 'changed'"
    script = f"""#!{sys.executable}
import os, psycopg, sys
with psycopg.connect({databases.url_of(connected_to())!r}) as database:
    database.execute({change!r})
os.execv({settings.POSTGRESQL_PROGRAMS + "/pg_dump"!r}, sys.argv)
"""
    pretend("pg_dump", tmp_path, script)
    real, settings.POSTGRESQL_PROGRAMS = settings.POSTGRESQL_PROGRAMS, str(tmp_path / "programs")
    folder = back_up(place)
    settings.POSTGRESQL_PROGRAMS = real
    cast.mel.refresh_from_db()
    assert cast.mel.affiliation == "changed"
    with empty_database():
        restore(folder)
        cast.mel.refresh_from_db()
        assert cast.mel.affiliation == ""


# -- what refuses to be backed up ------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["inside", "around", "the same"])
def test_a_backup_never_lies_with_the_vote_keys(place: Path, settings: Settings, where: str) -> None:
    settings.VOTE_KEY_DIR = {"inside": place.parent, "around": place / "keys", "the same": place}[where]
    with pytest.raises(CommandError, match="lie in one another"):
        call_command("backup", str(place))
    assert not place.exists()


def test_a_dump_that_fails_leaves_nothing(place: Path, settings: Settings, tmp_path: Path) -> None:
    pretend("pg_dump", tmp_path, "#!/bin/sh\necho 'pg_dump: error: no space left' >&2\nexit 1\n")
    settings.POSTGRESQL_PROGRAMS = str(tmp_path / "programs")
    with pytest.raises(CommandError, match=r"^pg_dump failed: error: no space left$"):
        call_command("backup", str(place))
    assert list(place.iterdir()) == []


def test_a_program_that_dies_in_silence_is_named(place: Path, settings: Settings, tmp_path: Path) -> None:
    pretend("pg_dump", tmp_path, "#!/bin/sh\nexit 3\n")
    settings.POSTGRESQL_PROGRAMS = str(tmp_path / "programs")
    with pytest.raises(CommandError, match=r"^pg_dump failed: 3$"):
        call_command("backup", str(place))


@pytest.mark.parametrize("folder", ["/nowhere", ""])
def test_missing_programs_are_a_sentence(
    place: Path, settings: Settings, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.POSTGRESQL_PROGRAMS = folder
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match=r"^pg_dump is not .*set POSTGRESQL_PROGRAMS to their folder\.$"):
        call_command("backup", str(place))


def test_a_target_that_cannot_be_written_is_a_sentence(place: Path) -> None:
    place.write_text("a file", encoding="utf-8")
    with pytest.raises(CommandError, match=r"^No backup was made in .*: File exists\.$"):
        call_command("backup", str(place))


def test_a_broken_file_of_checkpoints_is_a_sentence(place: Path) -> None:
    checkpoint_file(place).write_text("nothing of the kind\n", encoding="utf-8")
    with pytest.raises(CommandError, match="not a checkpoint line"):
        call_command("backup", str(place))
    assert list(place.iterdir()) == []


def test_a_log_that_is_not_whole_is_backed_up_as_evidence_and_not_restored(place: Path) -> None:
    at_work()
    with databases.unguarded() as database:
        database.execute("UPDATE audit_event SET kind = 'made:up' WHERE id = (SELECT id FROM audit_event LIMIT 1)")
    with pytest.raises(CommandError, match="its audit log is not whole"):
        call_command("backup", str(place))
    [folder] = place.iterdir()
    assert len(read(folder).differences) == 1
    with empty_database():
        with pytest.raises(CommandError, match="log was not whole when this backup was made"):
            restore(folder)
        assert holds_nothing()


def test_a_database_without_tables_is_a_sentence(place: Path) -> None:
    with empty_database():
        with pytest.raises(CommandError, match=r"^Nothing was made, because the database answered with Programming"):
            call_command("backup", str(place))
        assert list(place.iterdir()) == []


def test_development_takes_the_programs_of_its_own_server(settings: Settings) -> None:
    settings.POSTGRESQL_PROGRAMS, settings.EMBEDDED_SERVERS = "", ["postgresql"]
    assert programs.find("pg_dump") == str(PostgreSQL(Path(), Path()).binaries / "pg_dump")
