"""PostgreSQL's own programs, on the database that a connection of Django's stands on."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.conninfo import make_conninfo

from psrt_portal.backup.errors import BackupError
from psrt_portal.embedded.postgresql import PostgreSQL

#: Not what the programs set themselves, and not the password: every user of the machine sees a command's arguments.
_LEFT_OUT = frozenset({"options", "password", "client_encoding"})


def find(name: str) -> str:
    """Return the path of ``pg_dump`` or ``pg_restore``; raises `BackupError` if it is not there."""
    folder = settings.POSTGRESQL_PROGRAMS
    if not folder and "postgresql" in settings.EMBEDDED_SERVERS:
        folder = str(PostgreSQL(Path(), Path()).binaries)
    path = shutil.which(name, path=folder or None)
    if path is None:
        raise BackupError(
            f"{name} is not {f'in {folder}' if folder else 'on this machine'}: install PostgreSQL's client programs of "
            "the server's version, or set POSTGRESQL_PROGRAMS to their folder."
        )
    return path


def run(connection: BaseDatabaseWrapper, name: str, *arguments: str) -> None:
    """Run a program on the connection's database, as its role; raises `BackupError` with the first thing it says."""
    parameters = connection.get_connection_params()
    keywords = {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - _LEFT_OUT
    where = make_conninfo(**{key: value for key, value in parameters.items() if key in keywords and value is not None})
    # Nothing of the portal's own environment: its secrets are not for another program.
    environment = {"PGPASSWORD": str(parameters.get("password") or ""), "LC_ALL": "C"}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [find(name), "--no-password", f"--dbname={where}", *arguments],
        env=environment,
        umask=0o077,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        # One line: the next ones may quote the row that was refused.
        raise BackupError(f"{name} failed: {said[0].removeprefix(f'{name}: ') if said else done.returncode}")
