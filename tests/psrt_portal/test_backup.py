"""The drill: a backup taken while the portal is at work, restored into an empty database, and what refuses to be."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg import sql
from pytest_django import Settings

from advisories.reports.models import Report
from audit.checkpoints import Checkpoint, append
from audit.events import AuditEvent
from audit.models import Event
from audit.verify import verify
from nominations import keys, queries
from nominations.models import Nomination, Phase
from notifications import workflow as notifications
from notifications.models import Delivery, MailPause, Notice
from psrt_portal.backup import manifest as manifests
from psrt_portal.backup import tables
from psrt_portal.backup.manifest import DUMP, MANIFEST, read
from psrt_portal.embedded.postgresql import PostgreSQL
from tests import cast as people
from tests import databases
from tests.advisories import factories as reports
from tests.cast import Cast, cookie_of, sign_in
from tests.factories import make_person
from tests.nominations import factories
from tests.servers import DEBIAN_POSTGRESQL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the backups, with PostgreSQL's programs and a file of checkpoints as the portal has them."""
    is_debian = os.environ.get("TEST_SERVERS") == "debian"
    settings.POSTGRESQL_PROGRAMS = str(DEBIAN_POSTGRESQL if is_debian else PostgreSQL(Path(), Path()).binaries)
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    settings.VOTE_KEY_DIR = tmp_path / "vote-keys"
    return tmp_path / "backups"


def back_up(place: Path) -> Path:
    """The folder of a backup taken now."""
    before = set(place.iterdir()) if place.exists() else set()
    call_command("backup", str(place))
    [made] = set(place.iterdir()) - before
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def backup(place: Path, store: Path, tmp_path: Path) -> Path:
    """A backup of a portal without anybody, to be spoilt."""
    made = next(store.iterdir(), None) or back_up(store)
    return shutil.copytree(made, tmp_path / "a backup")


def restore(folder: Path) -> None:
    call_command("restore", str(folder))


@contextmanager
def empty_database() -> Iterator[None]:
    """The portal stands on a new database without tables."""
    before = str(connection.settings_dict["NAME"])
    name = f"{before}_restored"
    databases._make(name)
    databases._stand_on(name)
    try:
        yield
    finally:
        databases._stand_on(before)
        databases._drop(name)


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, read by the owner and not by the code under test."""
    with databases.owner() as database:
        names = [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        every = {name: sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for name in names}
        rows = {name: database.execute(statement).fetchall() for name, statement in every.items()}
    return {name: sorted(found, key=repr) for name, found in rows.items()}


@dataclass(frozen=True)
class World:
    """The portal at work, at the moment of the backup."""

    cast: Cast
    running: Nomination
    counted: Nomination
    keyless: Nomination
    report: Report
    member: Client


def at_work() -> World:
    """A running vote, a counted one, one whose key will be gone, waiting mail, an open report, somebody signed in."""
    cast = people.assemble()
    running = factories.make(Phase.OPEN, cast)
    counted = factories.make(Phase.VETO_WINDOW, cast, make_person("Cora Counted"))
    keyless = factories.make(Phase.CLOSING, cast, make_person("Kim Keyless"))
    report = reports.received()
    for notice in Notice.objects.order_by("created_at")[:5]:
        notifications.expand(str(notice.pk))
    cache.set("a limit", "a count", 3600)
    member = sign_in(Client(), cast.mia)
    UserSession.objects.create(user=cast.mia.user, session_key=member.session.session_key, ip="203.0.113.7")
    return World(cast, running, counted, keyless, report, member)


#: The rows that the restore itself writes: two events and their links, the mail about it, the pause.
WRITTEN = {"audit_event": 2, "audit_link": 2, "notifications_notice": 1, "notifications_mailpause": 1}


# -- the drill -------------------------------------------------------------------------------------------


def test_what_was_backed_up_comes_out_of_the_restore(place: Path) -> None:
    at_work()
    append(connection_file(place), verify().end)
    before = content()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        after = content()
    assert after.keys() == before.keys()
    for name in tables.left_out():
        assert (len(before[name]) > 0, after[name]) == (True, []), name
    changed = {name for name in after if name not in tables.left_out() and after[name] != before[name]}
    assert changed == {*WRITTEN, "audit_head"}
    for name, rows in WRITTEN.items():
        assert len(after[name]) == len(before[name]) + rows, name
        assert [row for row in before[name] if row not in after[name]] == [], name


def connection_file(place: Path) -> Path:
    return place.parent / "checkpoints.jsonl"


def test_the_log_of_a_restored_portal_is_whole_and_says_so(place: Path) -> None:
    at_work()
    folder = back_up(place)
    made = read(folder)
    with empty_database():
        restore(folder)
        assert verify([made.audit]).differences == ()
        kinds = list(Event.objects.order_by("link__sequence").values_list("kind", flat=True))[made.audit.sequence :]
        assert kinds == ["mail:paused", AuditEvent.RESTORED]
        assert Event.objects.get(kind=AuditEvent.RESTORED).data == {
            "made_at": made.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        }
        with pytest.raises(psycopg.DatabaseError, match="append-only"), databases.owner() as database:
            database.execute("DELETE FROM audit_event")


def test_a_running_vote_goes_on_and_a_counted_one_recounts(place: Path) -> None:
    world = at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        counted, running = factories.fresh(world.counted).vote, factories.fresh(world.running).vote
        assert queries.recounts(counted) is True
        assert (counted.tally, counted.board_hash) == (world.counted.vote.tally, world.counted.vote.board_hash)
        factories.cast_ballots(running, {world.cast.newt: factories.NO}, at=running.opened_at + factories.DAY / 2)
        closed = factories.close(running)
        assert (closed.yes, closed.no, closed.abstain) == (2, 2, 1)


def test_a_vote_whose_key_is_gone_is_named_and_says_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = at_work()
    folder = back_up(place)
    keys.destroy(world.keyless.vote.pk)  # it was counted after the backup
    with empty_database():
        capsys.readouterr()
        restore(folder)
        said = capsys.readouterr().out
        path = world.keyless.get_absolute_url()
        assert [line.endswith(path) for line in said.splitlines() if "VOTE_KEY_DIR" in line] == [True]
        for person in (world.cast.ada, world.cast.mia):
            page = sign_in(Client(), person).get(path).content.decode()
            assert "The key of this vote is gone" in page
            assert "annul" in page


def test_nobody_is_signed_in_and_second_factors_are_as_they_were(place: Path) -> None:
    world = at_work()
    page = reverse("dashboard")
    assert (world.member.get(page).status_code, bool(cookie_of(world.member))) == (200, True)
    folder = back_up(place)
    before = content()["mfa_authenticator"]
    with empty_database():
        restore(folder)
        assert Session.objects.count() == 0
        assert world.member.get(page).status_code == 302
        assert content()["mfa_authenticator"] == before != []
        assert sign_in(Client(), world.cast.mia).get(page).status_code == 200


def test_no_mail_goes_out_until_somebody_resumes_it(place: Path) -> None:
    at_work()
    waiting = Delivery.objects.open().count()
    assert waiting > 0
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert (MailPause.objects.in_force().count(), notifications.claim(50)) == (1, [])
        notifications.resume(operator="root")
        assert len(notifications.claim(50)) == min(waiting, 50)


def test_mail_that_was_paused_at_the_backup_stays_paused(place: Path) -> None:
    notifications.pause("The provider moves", operator="root")
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert [pause.reason for pause in MailPause.objects.in_force()] == ["The provider moves"]


def test_an_open_report_is_there_with_its_private_link(place: Path) -> None:
    world = at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert Client().get(reports.follow_path(world.report)).status_code == 200


def test_the_portals_own_role_has_its_rights_and_no_more(place: Path) -> None:
    folder = back_up(place)
    granted = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = current_user"
    with connection.cursor() as cursor:
        cursor.execute(granted)
        before = sorted(cursor.fetchall())
    with empty_database():
        restore(folder)
        with connection.cursor() as cursor:
            cursor.execute(granted)
            assert sorted(cursor.fetchall()) == before != []


def test_a_backup_can_be_taken_of_what_was_restored(place: Path) -> None:
    at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        again = read(back_up(place.parent / "others"))
    assert again.audit.sequence == read(folder).audit.sequence + 2


# -- what is in a backup ---------------------------------------------------------------------------------


def test_a_backup_holds_no_key_no_session_and_no_limit(place: Path, settings: Settings) -> None:
    world = at_work()
    folder = back_up(place)
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, DUMP]
    made = read(folder)
    assert tables.left_out() == {"django_session", "usersessions_usersession", "portal_cache"}
    assert made.tables.keys() == content().keys() - tables.left_out()
    text = folder.joinpath(MANIFEST).read_bytes() + folder.joinpath(DUMP).read_bytes()
    secrets = [path.read_bytes() for path in settings.VOTE_KEY_DIR.iterdir()]
    assert len(secrets) == 2
    assert [secret in text or secret.hex().encode() in text for secret in secrets] == [False, False]
    assert str(cookie_of(world.member)).encode() not in text
    assert settings.SECRET_KEY.encode() not in text


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


def connected_to() -> dict[str, Any]:
    return {**django_settings.DATABASE_OWNER, "NAME": connection.settings_dict["NAME"]}


def pretend(name: str, folder: Path, script: str) -> None:
    """Put a program in the place of one of PostgreSQL's."""
    program = folder / "programs" / name
    program.parent.mkdir()
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


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
    connection_file(place).write_text("nothing of the kind\n", encoding="utf-8")
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


# -- what refuses to be restored -------------------------------------------------------------------------


def holds_nothing() -> bool:
    return tables.objects(connection) == []


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
    append(connection_file(place), Checkpoint(end.sequence, "0f" * 32, end.at))
    with empty_database():
        with pytest.raises(CommandError, match=f"sequence {end.sequence}: differs from the checkpoint"):
            restore(folder)
        assert holds_nothing()


def test_later_checkpoints_are_the_gap_and_nothing_else(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(connection_file(place), verify().end)
    folder = back_up(place)
    people.assemble()
    notifications.pause("Something happens", operator="root")
    append(connection_file(place), verify().end)
    with empty_database():
        restore(folder)
    said = capsys.readouterr().out
    assert "has later checkpoints, up to event 1: " in said
    assert f"mv {connection_file(place)} {place.parent / 'checkpoints.until-restore'}" in said


@pytest.mark.parametrize("kind", ["a folder", "broken"])
def test_checkpoints_that_cannot_be_read_are_a_sentence(place: Path, backup: Path, kind: str) -> None:
    if kind == "broken":
        connection_file(place).write_text("{}\n", encoding="utf-8")
    else:
        connection_file(place).mkdir()
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
