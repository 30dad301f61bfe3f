"""Take a backup, restore it into an empty database, and look at either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg import sql

from advisories.reports.models import Report
from nominations.models import Nomination, Phase
from notifications import workflow as notifications
from notifications.models import Notice
from psrt_portal.backup import tables
from tests import cast as people
from tests import databases
from tests.advisories import factories as reports
from tests.cast import Cast, sign_in
from tests.factories import make_person
from tests.nominations import factories


def back_up(place: Path) -> Path:
    """The folder of a backup taken now."""
    before = set(place.iterdir()) if place.exists() else set()
    call_command("backup", str(place))
    [made] = set(place.iterdir()) - before
    return made


def restore(folder: Path) -> None:
    call_command("restore", str(folder))


#: The database that is as empty as it was made: the next test takes it, since making one is a quarter of a second.
_left_empty: set[str] = set()


@contextmanager
def empty_database() -> Iterator[None]:
    """The portal stands on a database without tables."""
    before = str(connection.settings_dict["NAME"])
    name = f"{before}_restored"
    if name not in _left_empty:
        databases._make(name)
    _left_empty.discard(name)
    databases._stand_on(name)
    try:
        yield
        if holds_nothing():
            _left_empty.add(name)
    finally:
        databases._stand_on(before)
        if name not in _left_empty:
            databases._drop(name)


def drop_left() -> None:
    """Drop the database that no test has filled."""
    while _left_empty:
        databases._drop(_left_empty.pop())


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, read by the owner and not by the code under test."""
    with databases.owner() as database:
        names = [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        every = {name: sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for name in names}
        rows = {name: database.execute(statement).fetchall() for name, statement in every.items()}
    return {name: sorted(found, key=repr) for name, found in rows.items()}


@dataclass(frozen=True)
class World:
    """The portal at work, at the moment of the backup."""

    cast: Cast
    running: Nomination
    counted: Nomination
    keyless: Nomination
    report: Report
    member: Client


def at_work() -> World:
    """A running vote, a counted one, one whose key will be gone, waiting mail, an open report, somebody signed in."""
    cast = people.assemble()
    running = factories.make(Phase.OPEN, cast)
    counted = factories.make(Phase.VETO_WINDOW, cast, make_person("Cora Counted"))
    keyless = factories.make(Phase.CLOSING, cast, make_person("Kim Keyless"))
    report = reports.received()
    for notice in Notice.objects.order_by("created_at")[:5]:
        notifications.expand(str(notice.pk))
    cache.set("a limit", "a count", 3600)
    member = sign_in(Client(), cast.mia)
    UserSession.objects.create(user=cast.mia.user, session_key=member.session.session_key, ip="203.0.113.7")
    return World(cast, running, counted, keyless, report, member)


#: The rows that the restore itself writes: two events and their links, the mail about it, the pause.


def checkpoint_file(place: Path) -> Path:
    return place.parent / "checkpoints.jsonl"


def connected_to() -> dict[str, Any]:
    return {**django_settings.DATABASE_OWNER, "NAME": connection.settings_dict["NAME"]}


def pretend(name: str, folder: Path, script: str) -> None:
    """Put a program in the place of one of PostgreSQL's."""
    program = folder / "programs" / name
    program.parent.mkdir()
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def holds_nothing() -> bool:
    return tables.objects(connection) == []
