"""The two roles of the database: the owner, which migrates, and the runtime role, which does everything else.

The owner has the tables and may change their shape. The runtime role reads and writes rows, has no
right to create, alter or drop anything, and may not change what the audit log holds. So a hole in the
web server cannot rewrite the log, whatever statement gets through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

_CREDENTIALS = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Connect as the owner inside the block; raises ImproperlyConfigured if this process does not know it.

    A statement has no time limit then, but waits for locks no longer than any other.
    """
    owner, runtime = settings.DATABASE_OWNER, connection.settings_dict
    if not owner:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set: set it (or DATABASE_OWNER_URL_FILE) to the address of the same database "
            "for the role that owns its tables (docs/operations.md, “The two roles”)."
        )
    options = {**runtime["OPTIONS"], **owner.get("OPTIONS", {}), "options": "-c lock_timeout=5s"}
    connection.close()
    connection.settings_dict = {**runtime, **{name: owner[name] for name in _CREDENTIALS}, "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = runtime


def grant(connection: BaseDatabaseWrapper, runtime: str) -> None:
    """Give the role `runtime` its rights to every table there is now, as the owner.

    What the audit log holds it may read and add to, not change or delete; links are added, and the head is moved, by
    a trigger with the owner's rights. Raises ImproperlyConfigured if the role has rights that cannot be taken away.
    """
    quote = connection.ops.quote_name
    role = quote(runtime)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        require_runtime(connection, runtime)
        for statement in (
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            *(f"REVOKE {rights} ON {quote(table)} FROM {role}" for table, rights in refused().items()),
        ):
            cursor.execute(statement)


def require_runtime(connection: BaseDatabaseWrapper, runtime: str) -> None:
    """Raise ImproperlyConfigured if the role `runtime` has rights that its owner, who asks, cannot take away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s", [runtime]
        )
        if cursor.fetchone() != (False,):
            raise ImproperlyConfigured(
                f"DATABASE_URL names the role {runtime}, which is a superuser, the owner of the tables or a member "
                "of it: set it to a role without such rights (docs/operations.md, “The two roles”)."
            )


def refused() -> dict[str, str]:
    """Return the rights to rows that the runtime role lacks, by table; it has no rights but to rows."""
    changing = {model._meta.db_table: "UPDATE, DELETE" for model in apps.get_app_config("audit").get_models()}
    closed = (apps.get_model("audit", "Link"), apps.get_model("audit", "Head"), MigrationRecorder.Migration)
    return {**changing, **{model._meta.db_table: "INSERT, UPDATE, DELETE" for model in closed}}
