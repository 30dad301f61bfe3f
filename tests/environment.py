"""The environment that the settings read in a test run, and the servers behind it.

Not imported before coverage counts (`tests/plugin.py`), because it imports the portal.
"""

from __future__ import annotations

import os
import random
import re
import secrets
import sys
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from psrt_portal.embedded.places import OWNER, RUNTIME, SUPERUSER
from psrt_portal.embedded.postgresql import make_roles
from psrt_portal.embedded.server import Server, ServerError
from tests import servers

__all__ = ["SECRET", "ServerError", "end", "prepare", "started"]

T = TypeVar("T", bound=Server)

#: Set by the controlling process; also what a started worker or web server inherits.
SECRET = "only-for-tests-" * 5

started: list[Server] = []


def prepare(folder: Path) -> dict[str, str]:
    """The environment that the settings read. Nothing of the caller's own environment may leak in."""
    for name in [*_settings_variables(), *(f"{name}_FILE" for name in _settings_variables())]:
        os.environ.pop(name, None)
    var = folder / "var"
    var.mkdir()
    sys.dont_write_bytecode = False
    return {
        "ENV_FILE": os.devnull,
        "DEPLOYMENT": "development",
        "SECRET_KEY": SECRET,
        "VAR_DIR": str(var),
        "TEST_RUN_DIR": str(folder),
        "EMAIL_URL": "memorymail://",
        # xdist compares what its processes collect, and some tests are made from sets.
        "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", str(random.randrange(2**32))),
        # pytest-playwright's loop runs in the thread of the tests, and Django would refuse the database there.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        # Whoever forbids it pays six seconds of compiling in each process: of xdist, each worker, each web server.
        "PYTHONDONTWRITEBYTECODE": "",
        **_database(folder),
        "REDIS_URL": os.environ.get("TEST_REDIS_URL") or _start(servers.valkey(folder)).url,
    }


def _database(folder: Path) -> dict[str, str]:
    """The addresses of the two roles, and of the superuser who makes databases for the tests."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return {**_roles_on(given), "TEST_SUPERUSER_URL": given}
    server = _start(servers.postgresql(folder))
    return {
        "DATABASE_URL": server.url(RUNTIME),
        "DATABASE_OWNER_URL": server.url(OWNER),
        "TEST_SUPERUSER_URL": server.url(SUPERUSER, "postgres"),
    }


def _roles_on(given: str) -> dict[str, str]:
    """Make the two roles on a server that stays; `end` drops them."""
    address = urlsplit(given)
    owner, runtime = _given_roles(given)
    password = secrets.token_hex(16)
    with psycopg.connect(given, autocommit=True) as connection:
        make_roles(connection, owner, runtime)
        for role in (owner, runtime):
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))
    host = address.netloc.rpartition("@")[2]
    return {
        name: address._replace(netloc=f"{role}:{password}@{host}").geturl()
        for name, role in (("DATABASE_OWNER_URL", owner), ("DATABASE_URL", runtime))
    }


def _given_roles(given: str) -> tuple[str, str]:
    name = urlsplit(given).path.strip("/")
    return f"test_{name}_owner", f"test_{name}_runtime"


def _settings_variables() -> list[str]:
    """The names in `.env.example`, which a test keeps equal to what the settings read."""
    example = Path(__file__).parent.parent / ".env.example"
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example.read_text(encoding="utf-8"), re.MULTILINE)


def _start(server: T) -> T:
    started.append(server)
    server.start()
    return server


def end() -> None:
    """Stop the servers; on one that stays, drop the migrated database and the roles.

    Every process has dropped its own copy of the database.
    """
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            name = sql.Identifier(f"test_{connection.info.dbname}_migrated")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            for role in _given_roles(url):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    while started:
        started.pop().stop()
