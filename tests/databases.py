"""The test database: migrated once in a run, copied by every process of it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

#: What no test writes: Django fills them when it migrates, and its flush fills them again.
KEPT = {"auth_permission", "django_content_type"}


@contextmanager
def copied() -> Iterator[None]:
    """The connection stands on this process's own copy of the migrated database; the copy is dropped afterwards."""
    before = str(connection.settings_dict["NAME"])
    name = str(connection.creation._get_test_db_name())  # type: ignore[attr-defined]
    _copy(_template(), name)
    _stand_on(name)
    yield
    _stand_on(before)
    if connection.vendor == "postgresql":
        _outside(f"DROP DATABASE {quoted(name)} WITH (FORCE)")


def _template() -> str:
    """The database that was migrated; the process that asks first makes it, the others wait."""
    folder = Path(os.environ["TEST_RUN_DIR"])
    before, test = str(connection.settings_dict["NAME"]), connection.settings_dict["TEST"]
    name = str(folder / "migrated.sqlite3") if connection.vendor == "sqlite" else f"test_{before}_migrated"
    with (folder / "migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "migrated").exists():
            own, test["NAME"] = test["NAME"], name
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            test["NAME"] = own
            _stand_on(before)
            (folder / "migrated").touch()
    return name


def _copy(template: str, name: str) -> None:
    if connection.vendor == "sqlite":
        shutil.copyfile(template, name)
        return
    _outside(f"DROP DATABASE IF EXISTS {quoted(name)}")
    _outside(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(template)}")


def _outside(statement: str) -> None:
    """By a connection to no database of ours."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _stand_on(name: str) -> None:
    """As Django does it; nothing stays connected to the database before."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def empty() -> None:
    """Take every row that a test has committed; Django's own flush takes the tables, full or not, which is slow."""
    tables = sorted({*connection.introspection.django_table_names(only_existing=True, include_views=False)} - KEPT)
    full = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted(name)})" for name in tables)  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(full)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(name)}")  # noqa: S608
