"""A dump holds the log whole, its head included, and a restored log goes on where it was."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from audit.checkpoints import append, read_checkpoints
from audit.log import record
from audit.models import Link
from audit.verify import verify
from psrt_portal.embedded.postgresql import PostgreSQL
from psrt_portal.roles import as_owner, grant
from tests import databases
from tests.audit.logs import Kind, act
from tests.servers import DEBIAN_POSTGRESQL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


def program(name: str) -> str:
    is_debian = os.environ.get("TEST_SERVERS") == "debian"
    folder = DEBIAN_POSTGRESQL if is_debian else PostgreSQL(Path(), Path()).binaries
    return str(folder / name)


def owners_url(name: str) -> str:
    return databases.url_of({**settings.DATABASE_OWNER, "NAME": name})


@contextmanager
def restored(dump: Path) -> Iterator[None]:
    """Let the portal stand on a new database, restored from `dump` as docs/operations.md says."""
    before = str(connection.settings_dict["NAME"])
    name = f"{before}_restored"
    databases._make(name)
    try:
        subprocess.run(
            [program("pg_restore"), "--no-owner", "--no-privileges", f"--dbname={owners_url(name)}", str(dump)],
            check=True,
        )
        databases._stand_on(name)
        with as_owner(connection):
            grant(connection, settings.DATABASES["default"]["USER"])
        yield
    finally:
        databases._stand_on(before)
        databases._drop(name)


def test_a_restored_log_is_whole_and_goes_on(tmp_path: Path) -> None:
    kept, dump = tmp_path / "checkpoints", tmp_path / "dump"
    for number in range(3):
        act(number)
    with transaction.atomic():
        record(Kind.DONE, target="thing", by=None)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    append(kept, verify().end)
    url = owners_url(str(connection.settings_dict["NAME"]))
    subprocess.run([program("pg_dump"), "--format=custom", f"--file={dump}", url], check=True)
    act(4)
    later = verify().end
    with restored(dump):
        assert verify(read_checkpoints(kept)).differences == ()
        act(5)
        found = verify(read_checkpoints(kept))
        assert (found.differences, found.end.sequence) == ((), 4)
        with pytest.raises(psycopg.DatabaseError, match="append-only"), databases.owner() as database:
            database.execute("UPDATE audit_head SET sequence = 0")
        # A checkpoint younger than the dump is the gap that a restore leaves.
        assert verify([later]).differences == (f"sequence 4: differs from the checkpoint of {later.at.isoformat()}",)
    assert Link.objects.count() == 4
