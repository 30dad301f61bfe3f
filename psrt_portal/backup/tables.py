"""The tables of the database: which are backed up, what they hold, and whether there are any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from psrt_portal.backup.manifest import Fingerprint

#: Is told what is being done, how much of it is done, and of how much; 0 for what nobody knows.
Tell = Callable[[str, int, int], None]

#: Every object in the database that is neither PostgreSQL's own nor an extension's.
_OBJECTS = """
    WITH space AS (
        SELECT oid, nspname FROM pg_namespace
        WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
    ), extension AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
    SELECT kind, name FROM (
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
               WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, format('%I.%I', nspname, relname) AS name
        FROM pg_class JOIN space ON space.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid)
        UNION ALL
        SELECT 'ROUTINE', pg_proc.oid::regprocedure::text FROM pg_proc JOIN space ON space.oid = pronamespace
        WHERE NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid)
    ) AS objects
    ORDER BY kind <> 'TABLE', kind, name  -- a sequence that belongs to a column goes with its table, and only so
"""
#: Values as text must not depend on the settings of session, role or server.
_SPELLING = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, MDY'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    # Longer than any page may take.
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)


def left_out() -> frozenset[str]:
    """Return the tables whose rows are in no backup: who was signed in from where, and what was counted for limits."""
    return frozenset({Session._meta.db_table, UserSession._meta.db_table, settings.CACHES["default"]["LOCATION"]})


def fingerprints(connection: BaseDatabaseWrapper, tell: Tell) -> dict[str, Fingerprint]:
    """Return what each table holds that is backed up, in the caller's transaction."""
    with connection.cursor() as cursor:
        for statement in _SPELLING:
            cursor.execute(statement)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall() if name not in left_out()]
        found = {}
        for number, name in enumerate(names):
            tell("Reading the tables", number, len(names))
            found[name] = _fingerprint(cursor, connection.ops.quote_name(name))
    return found


def _fingerprint(cursor: Any, table: str) -> Fingerprint:
    """Hash each row as text, and the sorted hashes: rows come in any order."""
    cursor.execute(
        "SELECT count(*), encode(sha256(coalesce(string_agg(one, ''::bytea ORDER BY one), ''::bytea)), 'hex') FROM"  # noqa: S608
        f" (SELECT sha256(convert_to((portal_row.*)::text, 'UTF8')) AS one FROM {table} AS portal_row) AS digests"
    )
    return Fingerprint(*cursor.fetchone())


def differences(wanted: dict[str, Fingerprint], found: dict[str, Fingerprint]) -> list[str]:
    """Return every difference between two sets of tables, as sentences."""
    sentences = [f"table {name}: missing" for name in sorted(wanted.keys() - found.keys())]
    sentences += [f"table {name}: not in the manifest" for name in sorted(found.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & found.keys()):
        one, other = wanted[name], found[name]
        if one.rows != other.rows:
            sentences.append(f"table {name}: {other.rows} rows, and {one.rows} in the manifest")
        elif one != other:
            sentences.append(f"table {name}: not the rows of the manifest")
    return sentences


def missing_columns(connection: BaseDatabaseWrapper) -> list[str]:
    """Return every column that a model of this version asks for and the database lacks, as sentences."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        there = set(cursor.fetchall())
    asked = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
    }
    return [f"table {table}: the column {column} is missing" for table, column in sorted(asked - there)]


def objects(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return everything that the database holds, as kind and quoted name."""
    with connection.cursor() as cursor:
        cursor.execute(_OBJECTS)
        return list(cursor.fetchall())


def empty(connection: BaseDatabaseWrapper) -> None:
    """Drop everything that the database holds, as its owner, in one transaction."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for kind, name in objects(connection):
            cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")
