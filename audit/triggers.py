"""The SQL that makes the log append-only, and seals it at commit.

The seal is a deferred constraint trigger: it runs at COMMIT under an advisory lock, so the chain's
order is the order of commits and the lock is held for microseconds. It runs with the rights of the role that
owns the tables: the portal's own role may not write to the chain (`psrt_portal.roles`).
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("audit_event", "audit_link")

#: The statements that install functions and triggers, and those that take them away again.
UP = [
    """
    CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE last record;
    BEGIN
      PERFORM pg_advisory_xact_lock(778811);
      SELECT sequence, hash INTO last FROM audit_link ORDER BY sequence DESC LIMIT 1;
      INSERT INTO audit_link (sequence, event_id, previous, hash) VALUES (
        coalesce(last.sequence, 0) + 1,
        NEW.id,
        coalesce(last.hash, decode(repeat('00', 32), 'hex')),
        sha256(coalesce(last.hash, decode(repeat('00', 32), 'hex')) || NEW.leaf)
      );
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal()
    """,
    *(
        f"CREATE TRIGGER {table}_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for table in TABLES
    ),
]
DOWN = [
    "DROP TRIGGER audit_seal ON audit_event",
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in TABLES for kind in ("row", "all")),
    "DROP FUNCTION audit_seal()",
    "DROP FUNCTION audit_refuse()",
]


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install functions and triggers, for `RunPython`."""
    for statement in UP:
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove functions and triggers, for `RunPython`."""
    for statement in DOWN:
        schema_editor.execute(statement)
