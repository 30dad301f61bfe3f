"""The drill: a backup taken while the portal is at work, restored into an empty database."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

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
from psrt_portal.backup.manifest import DUMP, read
from tests import databases
from tests.advisories import factories as reports
from tests.cast import act_as, cookie_of, sign_in
from tests.factories import claim_address, make_person
from tests.nominations import factories
from tests.psrt_portal.backup.backups import at_work, back_up, checkpoint_file, content, empty_database, restore

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


#: The rows that the restore itself writes: two events and their links, the mail about it, the pause.
WRITTEN = {"audit_event": 2, "audit_link": 2, "notifications_notice": 1, "notifications_mailpause": 1}


def test_what_was_backed_up_comes_out_of_the_restore(place: Path) -> None:
    at_work()
    append(checkpoint_file(place), verify().end)
    before = content()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        after = content()
    assert after.keys() == before.keys()
    for name in tables.left_out():
        assert (len(before[name]) > 0, after[name]) == (True, []), name
    changed = {name for name in after if name not in tables.left_out() and after[name] != before[name]}
    assert changed == {*WRITTEN, "audit_head"}
    for name, rows in WRITTEN.items():
        assert len(after[name]) == len(before[name]) + rows, name
        assert [row for row in before[name] if row not in after[name]] == [], name


def test_the_log_of_a_restored_portal_is_whole_and_says_so(place: Path) -> None:
    at_work()
    folder = back_up(place)
    made = read(folder)
    with empty_database():
        restore(folder)
        assert verify([made.audit]).differences == ()
        kinds = list(Event.objects.order_by("link__sequence").values_list("kind", flat=True))[made.audit.sequence :]
        assert kinds == ["mail:paused", AuditEvent.RESTORED]
        assert Event.objects.get(kind=AuditEvent.RESTORED).data == {
            "made_at": made.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        }
        with pytest.raises(psycopg.DatabaseError, match="append-only"), databases.owner() as database:
            database.execute("DELETE FROM audit_event")


def test_a_running_vote_goes_on_and_a_counted_one_recounts(place: Path) -> None:
    world = at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        counted, running = factories.fresh(world.counted).vote, factories.fresh(world.running).vote
        assert queries.recounts(counted) is True
        assert (counted.tally, counted.board_hash) == (world.counted.vote.tally, world.counted.vote.board_hash)
        factories.cast_ballots(running, {world.cast.newt: factories.NO}, at=running.opened_at + factories.DAY / 2)
        closed = factories.close(running)
        assert (closed.yes, closed.no, closed.abstain) == (2, 2, 1)


def test_a_vote_whose_key_is_gone_is_named_and_says_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = at_work()
    folder = back_up(place)
    keys.destroy(world.keyless.vote.pk)  # it was counted after the backup
    with empty_database():
        capsys.readouterr()
        restore(folder)
        said = capsys.readouterr().out
        path = world.keyless.get_absolute_url()
        assert [line.endswith(path) for line in said.splitlines() if "VOTE_KEY_DIR" in line] == [True]
        for person in (world.cast.ada, world.cast.mia):
            page = sign_in(Client(), person).get(path).content.decode()
            assert "The key of this vote is gone" in page
            assert "annul" in page


def test_nobody_is_signed_in_and_second_factors_are_as_they_were(place: Path) -> None:
    world = at_work()
    page = reverse("dashboard")
    assert (world.member.get(page).status_code, bool(cookie_of(world.member))) == (200, True)
    folder = back_up(place)
    before = content()["mfa_authenticator"]
    with empty_database():
        restore(folder)
        assert Session.objects.count() == 0
        assert world.member.get(page).status_code == 302
        assert content()["mfa_authenticator"] == before != []
        assert sign_in(Client(), world.cast.mia).get(page).status_code == 200


def test_no_mail_goes_out_until_somebody_resumes_it(place: Path) -> None:
    at_work()
    waiting = Delivery.objects.open().count()
    assert waiting > 0
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert (MailPause.objects.in_force().count(), notifications.claim(50)) == (1, [])
        notifications.resume(operator="root")
        assert len(notifications.claim(50)) == min(waiting, 50)


def test_mail_that_was_paused_at_the_backup_stays_paused(place: Path) -> None:
    notifications.pause("The provider moves", operator="root")
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert [pause.reason for pause in MailPause.objects.in_force()] == ["The provider moves"]


def test_an_open_report_is_there_with_its_private_link(place: Path) -> None:
    world = at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        assert Client().get(reports.follow_path(world.report)).status_code == 200


def test_the_portals_own_role_has_its_rights_and_no_more(place: Path) -> None:
    folder = back_up(place)
    granted = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = current_user"
    with connection.cursor() as cursor:
        cursor.execute(granted)
        before = sorted(cursor.fetchall())
    with empty_database():
        restore(folder)
        with connection.cursor() as cursor:
            cursor.execute(granted)
            assert sorted(cursor.fetchall()) == before != []


def test_a_backup_can_be_taken_of_what_was_restored(place: Path) -> None:
    at_work()
    folder = back_up(place)
    with empty_database():
        restore(folder)
        again = read(back_up(place.parent / "others"))
    assert again.audit.sequence == read(folder).audit.sequence + 2


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
