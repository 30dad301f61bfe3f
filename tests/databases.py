"""The test database: migrated once in a run, copied by every process of it.

The tests are the runtime role, as web and workers are. Databases are made and dropped by the
server's superuser; rows that a test committed are taken by the owner of the tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from advisories.projects.models import Branch, BranchSource, PolicyRule, PolicyVersion, Project
from advisories.projects.texts import write_first_rows
from audit.triggers import HEAD
from audit.triggers import TABLES as APPEND_ONLY
from members.channels.first_channels import write_first_channels
from members.channels.models import Channel
from members.documents.models import DocumentVersion
from members.documents.texts import write_first_versions
from psrt_portal.embedded.postgresql import make_database
from tests.runs import once_in_a_run

#: What no test writes: Django fills them when it migrates.
KEPT = {"auth_permission", "django_content_type", "django_migrations", HEAD}
GUARDED = (*APPEND_ONLY, HEAD)
#: The kinds of the channels that tests spell out.
FOUR_CHANNELS = ("login", "github", "mailman", "discord")


@contextmanager
def copied() -> Iterator[None]:
    """The connection stands on this process's own copy of the migrated database; the copy is dropped afterwards."""
    before = str(connection.settings_dict["NAME"])
    name = str(connection.creation._get_test_db_name())  # type: ignore[attr-defined]
    _make(name, template=_template())
    _stand_on(name)
    yield
    _stand_on(before)
    _drop(name)


def _template() -> str:
    """The database that was migrated; the process that asks first makes it, the others wait."""
    before = str(connection.settings_dict["NAME"])
    name = f"test_{before}_migrated"
    with once_in_a_run("template") as made:
        if not made:
            _make(name)
            _stand_on(name)
            call_command("migrate", verbosity=0, interactive=False)
            keep_four_channels()
            _stand_on(before)
    return name


def reset() -> None:
    """Take every committed row, and restore those that migrations wrote."""
    empty()
    write_first_channels(Channel.objects)
    keep_four_channels()
    write_first_versions(DocumentVersion.objects)
    write_first_rows(*(model.objects for model in (Project, Branch, BranchSource, PolicyVersion, PolicyRule)))


def keep_four_channels() -> None:
    """Remove the first channels of all other kinds.

    Tests spell out the channels and the steps of a checklist; a kind that is added is no matter of theirs.
    `tests/members/channels/test_kinds.py` looks at all kinds.
    """
    Channel.objects.exclude(kind__in=FOUR_CHANNELS).delete()


def _make(name: str, *, template: str = "template1") -> None:
    _drop(name)
    with superuser() as server:
        make_database(
            server, name, settings.DATABASE_OWNER["USER"], settings.DATABASES["default"]["USER"], template=template
        )


def _drop(name: str) -> None:
    with superuser() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _stand_on(name: str) -> None:
    """As Django does it; nothing stays connected to the database before."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


# -- connections that are not the portal's -----------------------------------------------------------


def superuser() -> psycopg.Connection:
    """A connection to no database of ours, as the superuser."""
    return psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True)


def owner() -> psycopg.Connection:
    """A connection to the test database as the owner of its tables; commits when its block ends well."""
    address = url_of({**settings.DATABASE_OWNER, "NAME": connection.settings_dict["NAME"]})
    return psycopg.connect(address, options="-c lock_timeout=10s")


@contextmanager
def unguarded() -> Iterator[psycopg.Connection]:
    """A connection of the owner for which the audit log's triggers are lifted, until it commits."""
    with owner() as database:
        for name in GUARDED:
            database.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        yield database
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in GUARDED:
            database.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))


def url_of(config: dict[str, Any]) -> str:
    """The address of a database from Django's settings of it."""
    password = f":{quote(config['PASSWORD'], safe='')}" if config["PASSWORD"] else ""
    where = f"{config['HOST']}:{config['PORT'] or 5432}" if config["HOST"] else ""
    folder = config.get("OPTIONS", {}).get("host")
    query = f"?{urlencode({'host': folder})}" if folder else ""
    return f"postgres://{quote(config['USER'], safe='')}{password}@{where}/{config['NAME']}{query}"


def empty() -> None:
    """Take every row that a test has committed; Django's own flush takes the tables, full or not, which is slow."""
    with unguarded() as database:
        names = [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        tables = {name: sql.Identifier(name) for name in sorted({*names} - KEPT)}
        full = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), table)
            for name, table in tables.items()
        )
        for (name,) in database.execute(full).fetchall():
            database.execute(sql.SQL("DELETE FROM {}").format(tables[name]))
        database.execute("UPDATE audit_head SET sequence = 0, hash = decode(repeat('00', 32), 'hex')")
