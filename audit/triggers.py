"""The SQL that makes the log append-only, and seals it at commit.

The seal is a deferred constraint trigger: it runs at COMMIT and locks the one row of `audit_head`, so the chain's order
is the order of commits and the lock is held for microseconds. It runs with the rights of the role that owns the
tables: the portal's own role may not write to the chain (`psrt_portal.roles`).

A new link follows the head, not the last link there is. So a tail that was cut off stays a gap for ever, however many
events come after it. The head is an ordinary row and no sequence of the database: a transaction that is rolled back
takes its step back with it, and a dump holds it as it was with the rows of the same moment.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Rows of these are only ever added; `HEAD` has one row, which only moves forward.
TABLES = ("audit_event", "audit_link")
HEAD = "audit_head"

#: The body of each function; `audit.verify` compares them with those in the database.
BODIES = {
    "audit_seal": """
    DECLARE head record; sealed bytea;
    BEGIN
      SELECT sequence, hash INTO head FROM audit_head WHERE id = 1 FOR UPDATE;
      IF NOT FOUND THEN RAISE EXCEPTION 'the audit log has no head'; END IF;
      sealed := sha256(head.hash || NEW.leaf);
      INSERT INTO audit_link (sequence, event_id, previous, hash)
      VALUES (head.sequence + 1, NEW.id, head.hash, sealed);
      UPDATE audit_head SET sequence = head.sequence + 1, hash = sealed WHERE id = 1;
      RETURN NULL;
    END
    """,
    "audit_refuse": """
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END
    """,
    "audit_forward": """
    BEGIN
      IF NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1 OR NOT EXISTS (
        SELECT FROM audit_link WHERE sequence = NEW.sequence AND previous = OLD.hash AND hash = NEW.hash
      ) THEN RAISE EXCEPTION 'the audit log is append-only'; END IF;
      RETURN NEW;
    END
    """,
}
#: The function behind each trigger, by table and name.
TRIGGERS = {
    ("audit_event", "audit_seal"): "audit_seal",
    **{(table, f"{table}_row"): "audit_refuse" for table in TABLES},
    (HEAD, f"{HEAD}_row"): "audit_refuse",
    (HEAD, f"{HEAD}_forward"): "audit_forward",
    **{(table, f"{table}_all"): "audit_refuse" for table in (*TABLES, HEAD)},
}

_RIGHTS = {"audit_seal": "SECURITY DEFINER"}

#: The statements that install functions and triggers, and those that take them away again.
UP = [
    *(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_RIGHTS.get(name, '')}"
        f" SET search_path = public, pg_temp AS $${body}$$"
        for name, body in BODIES.items()
    ),
    # The seal of an empty log: sequence 0, and the hash that the first link takes for the previous one.
    f"INSERT INTO {HEAD} (id, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'))",  # noqa: S608
    """
    CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal()
    """,
    *(
        f"CREATE TRIGGER {table}_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        for table in TABLES
    ),
    f"CREATE TRIGGER {HEAD}_row BEFORE DELETE ON {HEAD} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER {HEAD}_forward BEFORE UPDATE ON {HEAD} FOR EACH ROW EXECUTE FUNCTION audit_forward()",
    *(
        f"CREATE TRIGGER {table}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for table in (*TABLES, HEAD)
    ),
]
DOWN = [
    *(f"DROP TRIGGER {name} ON {table}" for table, name in TRIGGERS),
    *(f"DROP FUNCTION {name}()" for name in BODIES),
]


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install functions and triggers, for `RunPython`."""
    for statement in UP:
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove functions and triggers, for `RunPython`."""
    for statement in DOWN:
        schema_editor.execute(statement)
