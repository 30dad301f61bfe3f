"""Logs for tests of the audit log: written through the portal's own door, read and changed in other ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import StringIO
from typing import LiteralString

from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.log import record
from audit.models import Event
from psrt_portal.roles import as_owner
from tests.databases import GUARDED, unguarded


class Kind(StrEnum):
    DONE = "thing:done"


def act(number: int = 1) -> Event:
    """Record one event in a transaction of its own."""
    with transaction.atomic():
        return record(Kind.DONE, target="thing", by=None, number=number)


def run(*arguments: object) -> str:
    """Return the output of ``audit_verify``, or the complaints of the error that it raises."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit_verify", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    return out.getvalue()


def tamper(statement: LiteralString, *values: object) -> None:
    """Change the log for good as the owner of the tables, with the triggers disabled."""
    with unguarded() as database:
        database.execute(statement, values)


@contextmanager
def tampering() -> Iterator[None]:
    """Make the portal's connection the owner's, with the triggers disabled, and undo everything afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in GUARDED:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True)


@contextmanager
def as_the_owner() -> Iterator[None]:
    """Let the portal's connection be the owner's inside the block."""
    with as_owner(connection):
        yield
