"""The embedded servers: the user they run as, how long they run, and the obstacles to a start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from psrt_portal.embedded import identity
from psrt_portal.embedded.lease import servers
from psrt_portal.embedded.places import OWNER, RUNTIME, SUPERUSER, Places, make_private
from psrt_portal.embedded.postgresql import LOGGING, PostgreSQL
from psrt_portal.embedded.server import ServerError, command_of
from tests.architecture.source import ROOT
from tests.machine import processes
from tests.servers import QUICK
from tests.waiting import wait_until

BOTH = ("postgresql", "valkey")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


@pytest.fixture
def places() -> Iterator[Places]:
    """A folder with a short path, so that the sockets lie inside."""
    with tempfile.TemporaryDirectory(prefix="psrt-tests-") as name:
        yield Places(Path(name).resolve())


@pytest.fixture
def server(places: Places) -> Iterator[PostgreSQL]:
    """A PostgreSQL, not yet started, without a supervisor."""
    make_private(places.folder)
    make_private(places.sockets)
    server = PostgreSQL(places.folder, places.sockets, options=QUICK)
    yield server
    server.stop()


def who(places: Places, role: str = RUNTIME) -> str:
    """Return the role of a session that asks for `role`."""
    with psycopg.connect(places.database_url(role)) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    assert row is not None
    return str(row[0])


def answers(places: Places) -> bool:
    try:
        return who(places) == RUNTIME
    except psycopg.OperationalError:
        return False


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own that has the servers; `code` uses `lease` and the arguments."""
    begin = (
        "import pathlib, subprocess, sys, time; from psrt_portal.embedded.lease import servers; "
        "block = servers(pathlib.Path(sys.argv[1]), ['postgresql', 'valkey']); lease = block.__enter__(); "
    )
    command = [sys.executable, "-c", begin + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


# -- what keeps them up -----------------------------------------------------------------------------------


def test_the_servers_stay_until_the_last_lease_ends(places: Places) -> None:
    with servers(places.var, BOTH) as first:
        with servers(places.var, BOTH):
            assert (who(places), who(places, OWNER)) == (RUNTIME, OWNER)
        assert answers(places)
        assert first.is_lost is False
    assert not answers(places)
    assert not places.sockets.exists()


def test_the_servers_end_with_a_command_that_is_killed(places: Places) -> None:
    with python("print('up', flush=True); time.sleep(60)", places.var) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up\n"
        assert answers(places)
        holder.kill()
    wait_until(lambda: not places.sockets.exists())
    assert not answers(places)


def test_an_adopted_process_ends_with_a_killed_command_even_if_it_ignores_sigterm(places: Places) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    code = (
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[2]], start_new_session=True, stdout=-1); "
        "child.stdout.readline(); lease.adopt(child.pid); print(child.pid, flush=True); time.sleep(60)"
    )
    with python(code, places.var, stubborn) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        holder.kill()
    assert "SIG_IGN" in command_of(child)
    wait_until(lambda: command_of(child) == "", seconds=10)


def test_commands_that_begin_at_once_share_one_server(places: Places) -> None:
    code = (
        "import psycopg; from psrt_portal.embedded.places import Places; "
        "url = Places(pathlib.Path(sys.argv[1])).database_url('postgres'); "
        "print(psycopg.connect(url).execute('SELECT pg_postmaster_start_time()').fetchone(), flush=True); "
        "time.sleep(3); lease.close()"
    )
    commands = [python(code, places.var) for _ in range(4)]
    said = {one.communicate(timeout=60)[0] for one in commands}
    assert [one.returncode for one in commands] == [0] * 4
    assert len(said) == 1
    assert not answers(places)


def test_a_command_learns_that_the_supervisor_was_killed_and_the_next_one_starts_it_again(places: Places) -> None:
    with servers(places.var, BOTH) as lease:
        [supervisor] = [
            process.pid for process in processes() if f"embedded.supervisor {places.var} " in process.command
        ]  # fmt: skip
        os.kill(supervisor, signal.SIGKILL)
        wait_until(lambda: lease.is_lost)
        with servers(places.var, BOTH) as again:
            assert (answers(places), again.is_lost) == (True, False)


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(places: Places) -> None:
    (places.var / "embedded").touch()
    with (
        pytest.raises(ServerError, match=r"/embedded cannot be written to \(File exists\): set VAR_DIR\.$"),
        servers(places.var, BOTH),
    ):
        pass


# -- where the sockets lie -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a check out", "long-" * 30, "with,comma"])
def test_sockets_of_an_unsuitable_path_are_in_a_private_folder_below_tmp(places: Places, name: str) -> None:
    elsewhere = Places(places.var / name)
    elsewhere.var.mkdir()
    assert elsewhere.sockets.parent == Path("/tmp")  # noqa: S108
    with servers(elsewhere.var, BOTH):
        assert who(elsewhere) == RUNTIME
        assert elsewhere.sockets.stat().st_mode & 0o777 == 0o700
    assert not elsewhere.sockets.exists()


def test_sockets_lie_inside_where_the_path_is_short_and_plain(places: Places) -> None:
    assert places.sockets == places.var / "embedded/sockets"


def test_a_folder_that_somebody_else_has_put_there_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make_private(tmp_path / "link")
    if os.geteuid() == 0:
        (tmp_path / "theirs").mkdir()
        os.chown(tmp_path / "theirs", 12345, -1)
        with pytest.raises(PermissionError, match="belongs to another user"):
            make_private(tmp_path / "theirs")


# -- the cluster -----------------------------------------------------------------------------------------


def test_data_of_another_major_version_is_refused_with_a_way_out(server: PostgreSQL) -> None:
    server.start()
    server.stop()
    version = server.data / "PG_VERSION"
    wrote = version.read_text().strip()
    version.write_text("14\n")
    with pytest.raises(ServerError, match=rf"written by PostgreSQL 14, and PostgreSQL {wrote} is installed\. Remove"):
        server.start()


def test_lock_files_of_a_server_that_was_killed_are_not_in_the_way(server: PostgreSQL, places: Places) -> None:
    """Their number may be that of a living process by now: here it is the tests' own."""
    server.start()
    assert server.process is not None
    server.process.kill()
    server.stop()
    for lock in (server.data / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"):
        lines = lock.read_text().split("\n")
        lock.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    server.start()
    assert answers(places)


def test_a_server_without_its_supervisor_is_ended_before_the_next_start(server: PostgreSQL, places: Places) -> None:
    server.start()
    with psycopg.connect(places.database_url(RUNTIME)) as left_behind:
        again = PostgreSQL(places.folder, places.sockets, options=QUICK)
        again.start()
        assert answers(places)
        with pytest.raises(psycopg.OperationalError):
            left_behind.execute("SELECT 1")
    again.stop()


def test_an_incomplete_cluster_is_created_again(server: PostgreSQL, places: Places) -> None:
    half = server.data.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert answers(places)


def test_a_server_that_fails_to_start_shows_the_end_of_its_log(places: Places, server: PostgreSQL) -> None:
    server.options["max_connections"] = "none"
    with pytest.raises(ServerError, match=r'(?s)postgresql did not start\..*invalid value for parameter "max_conn'):
        server.start()


@as_root
@pytest.mark.parametrize("runs_as", [identity.namespace, identity.plain_user])
def test_root_starts_it_in_a_folder_that_only_root_may_enter(
    places: Places, runs_as: Callable[[], identity.Identity]
) -> None:
    closed = Places(places.var / "closed" / "var")
    closed.var.mkdir(parents=True)
    closed.var.parent.chmod(0o700)
    make_private(closed.folder)
    make_private(closed.sockets)
    for _ in range(2):
        server = PostgreSQL(closed.folder, closed.sockets, options=QUICK, runs_as=runs_as())
        server.start()
        assert who(closed) == RUNTIME
        server.stop()
        assert server.data.stat().st_uid == runs_as().owner


@as_root
def test_data_changes_its_owner_when_root_starts_the_server_as_another_user(places: Places) -> None:
    make_private(places.folder)
    make_private(places.sockets)
    for runs_as in (identity.namespace(), identity.plain_user(), identity.namespace()):
        server = PostgreSQL(places.folder, places.sockets, options=QUICK, runs_as=runs_as)
        server.start()
        assert who(places) == RUNTIME
        server.stop()


# -- its log ---------------------------------------------------------------------------------------------


MARKER = "M4RK-of-a-confidential-row"
_SETUP = """
CREATE TABLE report (id int PRIMARY KEY, text varchar(40) NOT NULL CHECK (text <> 'x'));
CREATE TABLE other (id int PRIMARY KEY, text text);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events cannot be changed' USING DETAIL = OLD.text; END $$;
CREATE TRIGGER append_only BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION refuse();
"""
#: Needs a file for sorting, and has no room for one, as on a disk that is full.
_FILL: LiteralString = (
    "SET LOCAL temp_file_limit = 0; SET LOCAL work_mem = '64kB'; SELECT count(*) FROM "
    "(SELECT repeat(%(text)s, 9) || n AS line FROM generate_series(1, 100000) n ORDER BY line) lines"
)
#: Statements that one session alone makes fail, and how.
REFUSED: list[tuple[LiteralString, type[psycopg.Error]]] = [
    ("INSERT INTO report VALUES (1, %(text)s), (1, %(text)s)", errors.UniqueViolation),
    ("INSERT INTO report VALUES (2, %(text)s), (3, NULL)", errors.NotNullViolation),
    ("INSERT INTO report VALUES (4, %(text)s), (5, 'x')", errors.CheckViolation),
    ("INSERT INTO report VALUES (6, %(text)s || ' and so much more')", errors.StringDataRightTruncation),
    ("INSERT INTO report VALUES (7, %(text)s || chr(0))", errors.ProgramLimitExceeded),
    ("INSERT INTO report VALUES (%(text)s::int, 'a')", errors.InvalidTextRepresentation),
    ("UPDATE other SET text = %(text)s WHERE id = 1", errors.RaiseException),
    ("INSERT INTO report VALUES (8, %(text)s", errors.SyntaxError),
    ("INSERT INTO nowhere VALUES (8, %(text)s)", errors.UndefinedTable),
    ("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5), %(text)s", errors.QueryCanceled),
    (_FILL, errors.ConfigurationLimitExceeded),
    ("SELECT pg_terminate_backend(pg_backend_pid()), %(text)s", errors.AdminShutdown),
]  # fmt: skip


def session(places: Places) -> psycopg.Connection:
    """Open a session of the superuser, who may do what is refused; the runtime role has the same log."""
    return psycopg.connect(places.database_url(SUPERUSER), autocommit=True)


def refused(places: Places, statement: LiteralString) -> psycopg.Error:
    """Run a statement with the value in what is sent, as a driver that binds on its own side does; return the error."""
    with session(places) as connection:
        try:
            psycopg.ClientCursor(connection).execute(b"BEGIN; " + statement.encode(), {"text": MARKER})
        except psycopg.Error as error:
            return error
    raise AssertionError(f"not refused: {statement}")


def test_no_failing_statement_brings_its_values_into_the_servers_log(server: PostgreSQL, places: Places) -> None:
    """A report, an address or a session would stand there for ever; PostgreSQL's defaults write all of it."""
    server.start()
    with session(places) as connection:
        connection.execute(_SETUP)
        connection.execute("INSERT INTO other VALUES (1, %s), (2, %s)", [MARKER, MARKER])
        connection.execute("INSERT INTO report VALUES (100, %s)", [MARKER])
    for statement, kind in REFUSED:
        assert isinstance(refused(places, statement), kind), statement
    lose_to_a_lock(places)
    lose_to_a_deadlock(places)
    lose_to_another_transaction(places)
    log = server.log.read_text()
    # What has no values is written.
    assert [text for text in ("ready to accept connections", "FATAL:  terminating connection") if text not in log] == []
    assert [word for word in (MARKER, "INSERT", "STATEMENT", "DETAIL", "CONTEXT") if word in log] == []


def caught(act: Callable[[], object]) -> psycopg.Error | None:
    try:
        act()
    except psycopg.Error as error:
        return error
    return None


def lose_to_a_lock(places: Places) -> None:
    with session(places) as one, one.transaction():
        one.execute("UPDATE report SET text = 'held' WHERE id = 100")
        statement: LiteralString = "SET LOCAL lock_timeout = '50ms'; UPDATE report SET text = %(text)s WHERE id = 100"
        assert isinstance(refused(places, statement), errors.LockNotAvailable)


def lose_to_a_deadlock(places: Places) -> None:
    first, second = ("UPDATE report SET text = %s WHERE id = 100", "DELETE FROM other WHERE id = 2 AND text = %s")
    with session(places) as one, session(places) as two, ThreadPoolExecutor(1) as pool:
        one.execute("BEGIN; SET LOCAL deadlock_timeout = '100ms'")
        two.execute("BEGIN; SET LOCAL deadlock_timeout = '100ms'")
        one.execute(first, [MARKER])
        two.execute(second, [MARKER])
        waits = pool.submit(two.execute, first, [MARKER])
        lost = [caught(partial(one.execute, second, [MARKER])), caught(waits.result)]
    assert [type(error) for error in lost if error] == [errors.DeadlockDetected]  # of the two whichever looks first


def lose_to_another_transaction(places: Places) -> None:
    with session(places) as one, session(places) as two:
        one.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        one.execute("SELECT * FROM report")
        two.execute("UPDATE report SET text = %s WHERE id = 100", [MARKER + "."])
        with pytest.raises(errors.SerializationFailure):
            one.execute("UPDATE report SET text = %s WHERE id = 100", [MARKER])


def test_the_server_has_the_settings_that_keep_its_log_clean(server: PostgreSQL, places: Places) -> None:
    server.start()
    with psycopg.connect(places.database_url(RUNTIME)) as connection:
        shown: dict[str, str] = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        assert {name: shown[name] for name in LOGGING} == LOGGING
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SET log_min_error_statement = error")
