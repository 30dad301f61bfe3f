"""The rights of the runtime role in the database, and those that only the owner of the tables has."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import DatabaseError, connection
from pytest_django import Settings

from psrt_portal import roles
from tests.databases import owner

pytestmark = [pytest.mark.django_db, pytest.mark.server_versions]
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
LESS = {
    "audit_event": {"SELECT", "INSERT"},
    "audit_head": {"SELECT"},
    "audit_link": {"SELECT"},
    "django_migrations": {"SELECT"},
}


def asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def granted() -> dict[str, set[str]]:
    """Return every right of the current role to a table of ours."""
    found: dict[str, set[str]] = {}
    for table, right in asked(
        "SELECT c.relname, right_name FROM pg_class c, unnest(string_to_array(%s, ',')) right_name"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(c.oid, right_name)",
        "SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER",
    ):
        found.setdefault(table, set()).add(right)
    return found


def test_the_tests_are_the_runtime_role() -> None:
    [(user, is_super, may_make_roles, may_make_databases)] = asked(
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert (is_super, may_make_roles, may_make_databases) == (False, False, False)
    assert user == settings.DATABASES["default"]["USER"] != settings.DATABASE_OWNER["USER"]


def test_the_runtime_role_is_a_member_of_no_other_role() -> None:
    assert asked("SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')") == asked("SELECT current_user")


def test_the_runtime_role_owns_nothing() -> None:
    assert asked("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert asked("SELECT proname FROM pg_proc WHERE proowner = current_user::regrole") == []


def test_the_runtime_role_reads_and_writes_rows_but_changes_no_event() -> None:
    found = granted()
    assert {table: rights for table, rights in found.items() if rights != ROWS} == LESS
    assert {*connection.introspection.django_table_names(), "django_migrations", "portal_cache"} == set(found)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink",
        "CREATE ROLE mine",
        "ALTER TABLE audit_event DISABLE TRIGGER USER",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE people_person ADD COLUMN mine int",
        "CREATE TRIGGER mine BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "DROP TRIGGER audit_event_row ON audit_event",
        "DROP TABLE audit_link",
        "CREATE OR REPLACE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP FUNCTION audit_refuse() CASCADE",
        "TRUNCATE people_person CASCADE",
        "TRUNCATE audit_event CASCADE",
        "SET session_replication_role = replica",
        "COPY audit_event TO PROGRAM 'true'",
    ],
)
def test_the_runtime_role_is_refused_a_forbidden_statement(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner|must be superuser|no privileges"):
        asked(statement)


def test_the_runtime_role_cannot_become_the_owner() -> None:
    with pytest.raises(DatabaseError, match="permission denied to set role"):
        asked(f"SET ROLE {connection.ops.quote_name(settings.DATABASE_OWNER['USER'])}")


@pytest.mark.django_db(transaction=True)
def test_a_table_of_a_later_migration_is_granted_and_the_log_stays_closed() -> None:
    runtime = connection.ops.quote_name(settings.DATABASES["default"]["USER"])
    with owner() as database:
        database.execute("CREATE TABLE later (id bigserial PRIMARY KEY)")
        database.execute(f"GRANT ALL ON audit_event TO {runtime}")
    try:
        assert "later" not in granted()
        call_command("migrate", verbosity=0, interactive=False)
        assert (granted()["later"], granted()["audit_event"]) == (ROWS, LESS["audit_event"])
        assert asked("INSERT INTO later DEFAULT VALUES RETURNING id") == [(1,)]
    finally:
        with owner() as database:
            database.execute("DROP TABLE later")


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_the_runtime_roles_again_after_migrating() -> None:
    with roles.as_owner(connection):
        assert asked("SELECT current_user") == [(settings.DATABASE_OWNER["USER"],)]
        assert asked("SHOW statement_timeout") == [("0",)]
    assert asked("SELECT current_user") == [(settings.DATABASES["default"]["USER"],)]
    assert asked("SHOW statement_timeout") == [("10s",)]


@pytest.mark.django_db(transaction=True)
def test_rights_that_cannot_be_taken_away_are_refused() -> None:
    owner_role = settings.DATABASE_OWNER["USER"]
    with (
        roles.as_owner(connection),
        pytest.raises(
            ImproperlyConfigured, match=f"DATABASE_URL names the role {owner_role}, which is a superuser, the"
        ),
    ):
        roles.grant(connection, owner_role)


def test_migrating_without_the_owners_address_is_refused(settings: Settings) -> None:
    settings.DATABASE_OWNER = {}
    with pytest.raises(CommandError, match=r"^DATABASE_OWNER_URL is not set: set it \(or DATABASE_OWNER_URL_FILE\) to"):
        call_command("migrate", verbosity=0, interactive=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["zero", "0001"])
@pytest.mark.parametrize("app", ["audit", "people"])
def test_production_refuses_the_way_back_that_would_take_other_tables_along(
    app: str, name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEVELOPMENT = False
    taken: list[object] = []
    monkeypatch.setattr(migrate.Command, "handle", lambda *_args, **_options: taken.append(app))
    if name == "zero":
        with pytest.raises(CommandError, match=rf"would unapply .*{app}\.0001_initial.* Nothing was changed"):
            call_command("migrate", app, name, verbosity=0, interactive=False)
        assert taken == []
    else:
        call_command("migrate", app, name, verbosity=0, interactive=False)
        assert taken == [app]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("app", "name", "said"), [("audit", "9999", "Cannot find a migration"), ("nobody", "0001", "No")]
)
def test_a_migration_that_is_not_there_is_named_as_by_django(
    app: str, name: str, said: str, settings: Settings
) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match=said):
        call_command("migrate", app, name, verbosity=0, interactive=False)
