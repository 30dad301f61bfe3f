"""The drill: a backup taken while the portal is at work, restored into an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from audit.checkpoints import append
from audit.events import AuditEvent
from audit.models import Event, label
from audit.verify import verify
from members.accounts import workflow as accounts
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation
from nominations import keys, queries
from notifications import workflow as notifications
from notifications.models import Delivery, MailPause
from psrt_portal import roles
from psrt_portal.backup import programs, tables
from psrt_portal.backup.manifest import DUMP, Manifest, read
from tests import databases
from tests.advisories import factories as reports
from tests.architecture.world import undone
from tests.cast import act_as, cookie_of, sign_in
from tests.factories import claim_address, make_person
from tests.nominations import factories
from tests.psrt_portal.backup.backups import (
    World,
    at_work,
    back_up,
    checkpoint_file,
    content,
    empty_database,
    name_beside,
    restore,
    standing_on,
)
from tests.psrt_portal.backup.conftest import settings_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


#: The rows that the restore itself writes: two events and their links, the mail about it, the pause.
WRITTEN = {"audit_event": 2, "audit_link": 2, "notifications_notice": 1, "notifications_mailpause": 1}


Content = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Drill:
    """A portal at work, its backup, and the database that this was restored into."""

    world: World
    before: Content
    granted: list[tuple[str, str]]
    was_signed_in: bool
    waiting: int
    vote_keys: Path
    made: Manifest
    name: str
    said: str


@pytest.fixture(scope="module")
def past(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Drill]:
    """Back up and restore once for all tests of this module."""
    folder = tmp_path_factory.mktemp("drill")
    files = settings_of(folder)
    with django_db_blocker.unblock(), override_settings(**files):
        try:
            world = at_work()
            append(checkpoint_file(folder / "backups"), verify().end)
            was_signed_in = world.member.get(reverse("dashboard")).status_code == 200
            before, granted, waiting = content(), rights(), Delivery.objects.open().count()
            made = back_up(folder / "backups")
            keys.destroy(world.keyless.vote.pk)  # it was counted after the backup
        finally:
            databases.reset()
        name, said = name_beside("drill"), StringIO()
        databases._make(name)
        try:
            with standing_on(name):
                call_command("restore", str(made), stdout=said)
            vote_keys = files["VOTE_KEY_DIR"]
            yield Drill(world, before, granted, was_signed_in, waiting, vote_keys, read(made), name, said.getvalue())
        finally:
            databases._drop(name)


@pytest.fixture
def drill(past: Drill, transactional_db: None, settings: Settings) -> Iterator[Drill]:
    """The portal stands on what was restored; a test that writes to it does so in `undone`."""
    settings.VOTE_KEY_DIR = past.vote_keys
    with standing_on(past.name):
        yield past


def rights() -> list[tuple[str, str]]:
    """Return the tables that the portal's own role has a right to, and which."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = current_user"
        )
        return sorted(cursor.fetchall())


def test_what_was_backed_up_comes_out_of_the_restore(drill: Drill) -> None:
    before, after = drill.before, content()
    assert after.keys() == before.keys()
    for name in tables.left_out():
        assert (len(before[name]) > 0, after[name]) == (True, []), name
    changed = {name for name in after if name not in tables.left_out() and after[name] != before[name]}
    assert changed == {*WRITTEN, "audit_head"}
    for name, rows in WRITTEN.items():
        assert len(after[name]) == len(before[name]) + rows, name
        assert [row for row in before[name] if row not in after[name]] == [], name


def test_the_log_of_a_restored_portal_is_whole_and_says_so(drill: Drill) -> None:
    made = drill.made
    assert verify([made.audit]).differences == ()
    kinds = list(Event.objects.order_by("link__sequence").values_list("kind", flat=True))[made.audit.sequence :]
    assert kinds == ["mail:paused", AuditEvent.RESTORED]
    assert Event.objects.get(kind=AuditEvent.RESTORED).data == {
        "made_at": made.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    }
    with pytest.raises(psycopg.DatabaseError, match="append-only"), databases.owner() as database:
        database.execute("DELETE FROM audit_event")


def test_a_running_vote_goes_on_and_a_counted_one_recounts(drill: Drill) -> None:
    world = drill.world
    counted, running = factories.fresh(world.counted).vote, factories.fresh(world.running).vote
    assert queries.recounts(counted) is True
    assert (counted.tally, counted.board_hash) == (world.counted.vote.tally, world.counted.vote.board_hash)
    with undone():
        factories.cast_ballots(running, {world.cast.newt: factories.NO}, at=running.opened_at + factories.DAY / 2)
        closed = factories.close(running)
        assert (closed.yes, closed.no, closed.abstain) == (2, 2, 1)


def test_a_vote_whose_key_is_gone_is_named_and_says_what_to_do(drill: Drill) -> None:
    path = drill.world.keyless.get_absolute_url()
    assert [line.endswith(path) for line in drill.said.splitlines() if "VOTE_KEY_DIR" in line] == [True]
    for person in (drill.world.cast.ada, drill.world.cast.mia):
        with undone():
            page = sign_in(Client(), person).get(path).content.decode()
        assert "The key of this vote is gone" in page
        assert "annul" in page


def test_nobody_is_signed_in_and_second_factors_are_as_they_were(drill: Drill) -> None:
    member, page = drill.world.member, reverse("dashboard")
    assert (drill.was_signed_in, bool(cookie_of(member))) == (True, True)
    assert Session.objects.count() == 0
    assert content()["mfa_authenticator"] == drill.before["mfa_authenticator"] != []
    with undone():
        assert member.get(page).status_code == 302
        assert sign_in(Client(), drill.world.cast.mia).get(page).status_code == 200


def test_no_mail_goes_out_until_somebody_resumes_it(drill: Drill) -> None:
    assert drill.waiting > 0
    with undone():
        assert (MailPause.objects.in_force().count(), notifications.claim(50)) == (1, [])
        notifications.resume(operator="root")
        assert len(notifications.claim(50)) == min(drill.waiting, 50)


def test_mail_that_was_paused_at_the_backup_stays_paused(place: Path) -> None:
    notifications.pause("The provider moves", operator="root")
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert [pause.reason for pause in MailPause.objects.in_force()] == ["The provider moves"]


def test_an_open_report_is_there_with_its_private_link(drill: Drill) -> None:
    with undone():
        assert Client().get(reports.follow_path(drill.world.report)).status_code == 200


def test_the_portals_own_role_has_its_rights_and_no_more(drill: Drill) -> None:
    assert rights() == drill.granted != []


def test_a_backup_can_be_taken_of_what_was_restored(drill: Drill, place: Path) -> None:
    assert read(back_up(place)).audit.sequence == drill.made.audit.sequence + 2


def test_the_portal_reads_nothing_that_is_not_verified_yet(place: Path) -> None:
    folder = back_up(place)
    with empty_database():
        with roles.as_owner(connection):
            programs.run(connection, "pg_restore", "--no-owner", "--no-privileges", str(folder / DUMP))
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM people_person")


def test_what_would_let_somebody_in_is_revoked(place: Path) -> None:
    world = at_work()
    ada, mel = act_as(world.cast.ada), world.cast.mel
    revoked_before = accounts.revoke(accounts.invite(make_person("Rex"), email="rex@example.net", by=ada), by=ada)
    invitation = accounts.invite(make_person("Nina New"), email="nina@example.net", by=ada)
    claim_address(mel, "mel@example.net")
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert not Invitation.objects.pending().exists()
        assert Invitation.objects.get(pk=revoked_before.pk).revoked_at == revoked_before.revoked_at
        assert Event.objects.filter(target=label(invitation), kind=AccountEvent.INVITATION_REVOKED).count() == 1
        assert EmailAddress.objects.get(user__person=mel).email == "mel@example.org"
        assert verify().differences == ()
