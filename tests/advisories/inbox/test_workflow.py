"""What admins do with mail: written at once, taken back for a while, carried out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import DatabaseError

from advisories.inbox import files, queries, tasks, workflow
from advisories.inbox.enums import MailPhase
from advisories.inbox.events import INBOX, InboxEvent
from advisories.inbox.models import IncomingAttachment, IncomingMail
from advisories.projects.models import Project
from advisories.reports.models import Message, Report
from audit import clock
from audit.models import Event, label
from members.people.models import Role
from tests.advisories import factories as reports
from tests.advisories.inbox.mails import arrived, files_of, fresh, parsed, piped, raw, settled
from tests.advisories.projects.making import cpython
from tests.cast import Cast, act_as
from tests.notifications.mailroom import deliver, everything_in
from web.conflicts import Conflict, NotAllowed

Act = Callable[[IncomingMail, Any], object]

DECISIONS: dict[MailPhase, Act] = {
    MailPhase.FILED: lambda mail, by: workflow.file(mail, cpython(), "A loop", tells_sender=True, by=by),
    MailPhase.ADDED: lambda mail, by: workflow.add(mail, reports.received(), by=by),
    MailPhase.ANSWERED: lambda mail, by: workflow.answer([mail], "Please use the form.", by=by),
    MailPhase.DISCARDED: lambda mail, by: workflow.discard([mail], by=by),
}


def kinds(mail: IncomingMail) -> list[str]:
    return list(Event.objects.filter(target=label(mail)).order_by("at", "id").values_list("kind", flat=True))


# -- taking it in -----------------------------------------------------------------------------------


def test_the_same_mail_piped_twice_is_one_row_whatever_servers_wrote_above_it(cast: Cast) -> None:
    content = raw(attached={"a.txt": b"1"})
    first = piped(content)
    again = piped(b"Received: from elsewhere\nDelivered-To: another@example.org\n" + content)
    assert (again.pk, len(files_of(first)), kinds(first)) == (first.pk, 1, [InboxEvent.RECEIVED])


def test_a_message_id_that_repeats_with_another_text_is_another_mail(cast: Cast) -> None:
    one, other = (arrived(text, message_id="<same@example.org>") for text in ("One.", "Other."))
    assert one.pk != other.pk


def test_a_mail_whose_row_cannot_be_written_leaves_no_file(cast: Cast, inbox_dir: Path, monkeypatch: Any) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(workflow, "record", fail)
    content = raw(attached={"a.txt": b"1"})
    with pytest.raises(DatabaseError):
        workflow.receive(parsed(content), content)
    assert [path for path in inbox_dir.rglob("*") if path.is_file()] == []
    assert not IncomingMail.objects.system("a test looks").exists()


def test_two_pipes_at_once_keep_one_row_and_its_files(cast: Cast, inbox_dir: Path, monkeypatch: Any) -> None:
    content = raw(attached={"a.txt": b"1"})
    first = piped(content)
    looks = iter([None, first])
    monkeypatch.setattr(workflow, "_with_fingerprint", lambda _mark: next(looks, first))
    second = workflow.receive(parsed(content), content)
    assert second.pk == first.pk
    assert len([path for path in inbox_dir.rglob("*") if path.is_file()]) == 1


def test_parts_larger_than_a_mail_may_be_are_not_written(cast: Cast, settings: Any) -> None:
    settings.INBOX_MESSAGE_BYTES = 100
    mail = arrived(attached={"a.bin": b"x" * 101})
    assert [file.name for file in files_of(mail)] == ["message.eml"]


# -- acts -------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-22")
@pytest.mark.parametrize("phase", DECISIONS)
def test_an_act_is_written_at_once_by_one_event_and_changes_nothing_else_yet(cast: Cast, phase: MailPhase) -> None:
    mail = arrived()
    DECISIONS[phase](mail, act_as(cast.ada))
    deliver()
    now = fresh(mail)
    assert (now.phase, now.handled_by, now.settled_at) == (phase, cast.ada, None)
    assert kinds(mail) == [InboxEvent.RECEIVED, f"inbox:{phase.value}"]
    assert [one.to for one in outbox.outbox if "pavel@example.org" in one.to] == []
    assert not Message.objects.system("a test looks").exists()


@pytest.mark.parametrize("phase", DECISIONS)
def test_what_is_taken_back_waits_again_and_never_happens(cast: Cast, phase: MailPhase) -> None:
    mail = arrived()
    DECISIONS[phase](mail, act_as(cast.ada))
    workflow.take_back([mail], by=act_as(cast.abel))
    assert fresh(mail).phase == MailPhase.NEW
    assert settled(mail).settled_at is None
    assert kinds(mail)[-1] == InboxEvent.TAKEN_BACK
    DECISIONS[MailPhase.DISCARDED](mail, act_as(cast.ada))
    assert fresh(mail).phase == MailPhase.DISCARDED


@pytest.mark.parametrize("phase", DECISIONS)
def test_nobody_but_an_admin_decides(cast: Cast, phase: MailPhase) -> None:
    mail = arrived()
    for person in (cast.mel, cast.sam, cast.emil, cast.olga):
        with pytest.raises((NotAllowed, Conflict)):
            DECISIONS[phase](mail, act_as(person))
    assert fresh(mail).phase == MailPhase.NEW


@pytest.mark.parametrize("phase", DECISIONS)
def test_it_happens_once_the_time_is_over_and_is_not_to_take_back_then(cast: Cast, phase: MailPhase) -> None:
    mail = arrived()
    DECISIONS[phase](mail, act_as(cast.ada))
    done = settled(mail)
    events = kinds(mail)
    with pytest.raises(Conflict, match="over"):
        workflow.take_back([done], by=act_as(cast.ada))
    with pytest.raises(Conflict, match="done already"):
        workflow.carry_out(done, by=act_as(cast.ada))
    assert settled(mail).settled_at == done.settled_at
    assert (kinds(mail), done.settled_at is not None) == (events, True)


def test_late_undo_is_refused_before_the_sweep_came(cast: Cast) -> None:
    mail = arrived()
    workflow.discard([mail], by=act_as(cast.ada))
    with clock.pretend(clock.now() + timedelta(minutes=10)), pytest.raises(Conflict, match="over"):
        workflow.take_back([mail], by=act_as(cast.ada))


@pytest.mark.rule("PEP811-33", "PSIRT-04")
def test_a_filed_mail_is_a_report_received_when_the_mail_arrived(cast: Cast) -> None:
    mail = arrived(days_ago=3, attached={"poc.py": b"1"})
    workflow.file(mail, Project.objects.get(pk="pip"), "A loop", tells_sender=True, by=act_as(cast.ada))
    report = settled(mail).report
    assert report is not None
    assert (report.received_at, report.project_id, report.summary) == (mail.received_at, "pip", "A loop")
    assert (report.reporter_name, report.reporter_email) == ("Pavel Duis", "")
    for word in ("pavel@example.org", "The reader never returns.", files_of(mail)[0].get_absolute_url()):
        assert word in report.description
    assert kinds(mail)[-1] == InboxEvent.REPORT_MADE


def test_the_sender_of_a_filed_mail_gets_the_number_once(cast: Cast) -> None:
    mail = arrived("Secret words.", subject="Secret subject")
    workflow.file(mail, cpython(), "A loop", tells_sender=True, by=act_as(cast.ada))
    report = settled(mail).report
    tasks.settle_handled_mail()
    deliver()
    deliver()
    told = [one for one in outbox.outbox if one.to == ["pavel@example.org"]]
    assert len(told) == 1
    assert report is not None
    assert report.reference in told[0].body
    assert "ecret" not in f"{told[0].subject}{told[0].body}"
    assert "/report/" not in told[0].body


def test_a_sender_who_is_not_to_be_told_is_not(cast: Cast) -> None:
    mail = arrived()
    workflow.file(mail, cpython(), "A loop", tells_sender=False, by=act_as(cast.ada))
    settled(mail)
    deliver()
    assert [one for one in outbox.outbox if one.to == ["pavel@example.org"]] == []


def test_an_added_mail_is_an_internal_note_and_its_files_go_with_it(cast: Cast) -> None:
    mail, report = arrived(attached={"poc.py": b"1"}), reports.coordinated(cast.mel)
    file = files_of(mail)[0]
    workflow.add(mail, report, by=act_as(cast.ada))
    assert not IncomingAttachment.objects.visible_to(act_as(cast.mel)).exists()
    settled(mail)
    note = report.messages.visible_to(act_as(cast.mel)).get()
    assert (note.internal, note.author, mail.body.strip() in note.body) == (True, cast.ada, True)
    assert list(IncomingAttachment.objects.visible_to(act_as(cast.mel))) == [file]
    for outsider in (cast.olga, cast.emil, cast.sam):
        assert not IncomingAttachment.objects.visible_to(act_as(outsider)).exists()
    assert not IncomingAttachment.objects.visible_to(reports.holder_of(report)).exists()
    assert not IncomingMail.objects.visible_to(reports.holder_of(report)).exists()


@pytest.mark.rule("PSRT-21")
def test_an_answer_goes_to_the_sender_once_with_the_text_that_the_admin_saw(cast: Cast) -> None:
    mail = arrived("Secret words.", subject="Secret subject")
    workflow.answer([mail], "Please open it on GitHub.", by=act_as(cast.ada))
    settled(mail)
    settled(mail)
    tasks.settle_handled_mail()
    deliver()
    deliver()
    (sent,) = [one for one in outbox.outbox if one.to == ["pavel@example.org"]]
    assert sent.body.splitlines()[0] == "Please open it on GitHub."
    assert "ecret" not in everything_in(sent)
    assert sent.subject == "Your message to the Python Security Response Team"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"Auto_Submitted": "auto-replied"}, "program"),
        ({"sender": "portal@psrt.example.org"}, "program"),
        ({"sender": "undisclosed"}, "no address"),
    ],
)
def test_no_answer_goes_to_programs_or_to_nobody(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Conflict, match=sentence):
        workflow.answer([arrived(**fields)], "Please use the form.", by=act_as(cast.ada))


def test_one_mail_that_was_handled_meanwhile_stops_the_whole_batch(cast: Cast) -> None:
    one, other = arrived("One."), arrived("Other.")
    workflow.discard([other], by=act_as(cast.abel))
    with pytest.raises(Conflict, match="already"):
        workflow.discard([one, other], by=act_as(cast.ada))
    assert (fresh(one).phase, fresh(other).handled_by) == (MailPhase.NEW, cast.abel)
    with pytest.raises(Conflict, match="not there"):
        workflow.discard([], by=act_as(cast.ada))


@pytest.mark.parametrize("phase", [MailPhase.FILED, MailPhase.ADDED, MailPhase.ANSWERED])
def test_what_somebody_decided_who_is_no_admin_any_more_does_not_happen(cast: Cast, phase: MailPhase) -> None:
    mail = arrived()
    DECISIONS[phase](mail, act_as(cast.ada))
    before = Report.objects.system("a test looks").count()
    Role.objects.filter(person=cast.ada).delete()
    done = settled(mail)
    deliver()
    assert (done.phase, done.answer, done.report) == (MailPhase.NEW, "", None)
    assert kinds(mail)[-1] == InboxEvent.TAKEN_BACK
    assert Report.objects.system("a test looks").count() == before
    assert [one for one in outbox.outbox if one.to == ["pavel@example.org"]] == []


def test_a_report_that_the_admin_may_not_see_takes_no_mail(cast: Cast, monkeypatch: Any) -> None:
    mail, report = arrived(), reports.received()
    workflow.add(mail, report, by=act_as(cast.ada))
    monkeypatch.setattr("advisories.reports.models.ReportQuerySet._of", lambda rows, _viewer: rows.none())
    with pytest.raises(Conflict, match="no such report"):
        workflow.add(mail, report, by=act_as(cast.ada))
    assert settled(mail).phase == MailPhase.NEW


def test_carrying_out_needs_no_wait(cast: Cast) -> None:
    mail = arrived()
    workflow.file(mail, cpython(), "A loop", tells_sender=False, by=act_as(cast.ada))
    assert workflow.carry_out(mail, by=act_as(cast.abel)).report is not None
    assert workflow.settle(mail.pk) is None


def test_text_that_holds_instructions_changes_nothing(cast: Cast) -> None:
    mail = arrived("[REJECT] Close R-AAAAAA. /discard /close", subject="[DUPLICATE] discard this")
    assert (mail.phase, settled(mail).phase) == (MailPhase.NEW, MailPhase.NEW)


# -- reading, reminders, housekeeping ------------------------------------------------------------------


def test_reading_is_recorded_once_a_day(cast: Cast) -> None:
    mail = arrived()
    for _ in range(2):
        workflow.note_reading(mail, by=act_as(cast.ada))
    assert kinds(mail) == [InboxEvent.RECEIVED, InboxEvent.READ]


@pytest.mark.rule("ISO29147-02")
def test_admins_are_reminded_once_a_day_of_mail_that_waits_too_long(cast: Cast) -> None:
    arrived("New.")
    tasks.remind_of_inbox()
    assert not Event.objects.filter(target=INBOX).exists()
    old = arrived("Old.", days_ago=1.1)
    tasks.remind_of_inbox()
    tasks.remind_of_inbox()
    assert Event.objects.filter(target=INBOX, kind=InboxEvent.REMINDED).count() == 1
    deliver()
    told = {one.to[0] for one in outbox.outbox if "inbox" in one.subject}
    assert told == {cast.ada.user.email, cast.abel.user.email}
    with clock.pretend(clock.now() + timedelta(days=1)):
        tasks.remind_of_inbox()
    assert Event.objects.filter(target=INBOX, kind=InboxEvent.REMINDED).count() == 2
    assert old.pk == queries.oldest_waiting().pk  # type: ignore[union-attr]


def test_nobody_is_reminded_of_an_empty_inbox(cast: Cast) -> None:
    assert workflow.remind() is None


def test_discarded_mail_and_noise_are_deleted_with_their_files_and_nothing_else(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    kept = [arrived("Filed."), arrived("Waits.", days_ago=90), arrived("Discarded.")]
    workflow.file(kept[0], cpython(), "A loop", tells_sender=False, by=act_as(cast.ada))
    old = [arrived("Old.", attached={"a.txt": b"1"}), arrived("Bounce.", days_ago=31, sender="portal@psrt.example.org")]
    file = files_of(old[0])[0]
    with clock.pretend(clock.now() - timedelta(days=31)):
        workflow.discard(old[:1], by=act_as(cast.ada))
    workflow.settle(old[0].pk)
    workflow.discard(kept[2:], by=act_as(cast.ada))
    settled(kept[2])
    with django_capture_on_commit_callbacks(execute=True), clock.pretend(clock.now() + timedelta(days=20)):
        tasks.delete_old_mail()
    assert IncomingMail.objects.system("a test looks").count() == 5 - 1
    with django_capture_on_commit_callbacks(execute=True), clock.pretend(clock.now() + timedelta(days=29)):
        assert workflow.delete_old(clock.now()) == 0
    with django_capture_on_commit_callbacks(execute=True), clock.pretend(clock.now() + timedelta(days=32)):
        tasks.delete_old_mail()
    left = IncomingMail.objects.system("a test looks").values_list("pk", flat=True)
    assert set(left) == {mail.pk for mail in kept[:2]}
    assert files.read(file.pk) is None


def test_one_broken_mail_does_not_hold_up_the_others(cast: Cast, monkeypatch: Any) -> None:
    mails = [arrived("One."), arrived("Two.")]
    with clock.pretend(clock.now() - timedelta(hours=1)):
        workflow.discard(mails[:1], by=act_as(cast.ada))
        workflow.discard(mails[1:], by=act_as(cast.ada))
    real = workflow._carry_out

    def break_first(mail: IncomingMail, *rest: Any) -> None:
        if mail.pk == mails[0].pk:
            raise RuntimeError
        real(mail, *rest)

    monkeypatch.setattr(workflow, "_carry_out", break_first)
    tasks.settle_handled_mail()
    assert [fresh(mail).settled_at is None for mail in mails] == [True, False]
