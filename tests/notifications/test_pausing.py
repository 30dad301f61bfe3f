"""All mail stopped on the server, and let go again: what workers, pages, the log and other people see of it."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event, label
from notifications import sending, tasks, workflow
from notifications.events import NotificationEvent
from notifications.management.commands import mail as command
from notifications.models import Delivery, MailPause, Notice, Reason
from notifications.workflow import GIVE_UP_AFTER
from tests.cast import Browse, Cast
from tests.notifications.mailroom import deliver, told
from tests.notifications.test_sending import outcome, queue
from web.conflicts import Conflict

MINUTE = timedelta(minutes=1)


def run(*arguments: str) -> str:
    """Return what ``manage.py mail`` prints, and after it the error that it ends with."""
    out = StringIO()
    try:
        call_command("mail", *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_workers_send_nothing_while_mail_is_paused_and_lose_nothing(db: None) -> None:
    deliveries = queue("ann", "bob")
    workflow.pause("A restore.", operator="root")
    assert sending.send_due() is False
    tasks.deliver_due_notices()
    assert (mail.outbox, {outcome(one) for one in deliveries.values()}) == ([], {"later"})
    workflow.resume(operator="root")
    sending.send_due()
    assert {outcome(one) for one in deliveries.values()} == {"sent"}


def test_a_batch_in_hand_stops_at_the_next_mail(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = queue("ann", "bob", "cleo")
    begin = workflow.begin

    def and_somebody_pauses(delivery: Delivery) -> bool:
        workflow.pause("Now.", operator="root")
        return begin(delivery)

    monkeypatch.setattr(workflow, "begin", and_somebody_pauses)
    sending.send_due()
    assert [outcome(one) for one in deliveries.values()] == ["sent", "later", "later"]


def test_recipients_are_worked_out_during_a_pause_so_that_the_page_can_count_them(cast: Cast) -> None:
    workflow.pause("A restore.", operator="root")
    queue("ann")
    assert Delivery.objects.due(clock.now()).count() == 1


def test_a_pause_counts_as_no_failed_try(db: None) -> None:
    [delivery] = queue("ann").values()
    begun = clock.now() - 2 * GIVE_UP_AFTER
    with clock.pretend(begun):
        workflow.pause("A long restore.", operator="root")
    Delivery.objects.update(trying_since=begun)
    workflow.resume(operator="root")
    [claimed] = workflow.claim(50)
    workflow.begin(claimed)
    workflow.put_off(claimed, "TimeoutError")
    assert outcome(delivery) == "later TimeoutError"


def test_a_digest_of_tomorrow_stays_one_of_tomorrow(db: None) -> None:
    [delivery] = queue("ann").values()
    tomorrow = clock.now() + timedelta(days=1)
    Delivery.objects.update(trying_since=tomorrow, due_at=tomorrow)
    workflow.pause("A restore.", operator="root")
    workflow.resume(operator="root")
    assert Delivery.objects.get(pk=delivery.pk).trying_since == tomorrow


def test_mail_is_paused_once_and_resumed_once(db: None) -> None:
    with pytest.raises(Conflict, match="not paused"):
        workflow.resume(operator="root")
    workflow.pause("A restore.", operator="root")
    with pytest.raises(Conflict, match="paused already"):
        workflow.pause("Another.", operator="root")
    workflow.resume(operator="root")
    assert MailPause.objects.count() == 1
    workflow.pause("Another.", operator="root")
    assert MailPause.objects.count() == 2


def test_the_database_holds_one_pause_at_a_time_that_ends_after_it_begins(db: None) -> None:
    now = clock.now()
    MailPause.objects.create(begun_at=now, reason="One.")
    with pytest.raises(IntegrityError, match="mail_is_paused_once"), transaction.atomic():
        MailPause.objects.create(begun_at=now, reason="Two.")
    with pytest.raises(IntegrityError, match="a_pause_ends_after"), transaction.atomic():
        MailPause.objects.create(begun_at=now, reason="Three.", ended_at=now - MINUTE)


def test_who_and_when_is_in_the_log_and_the_reason_is_not(db: None) -> None:
    pause = workflow.pause("A restore of the secret kind.", operator="root")
    workflow.resume(operator="carol")
    pause.refresh_from_db()
    events = {event.kind: event for event in Event.objects.filter(target=label(pause))}
    paused, resumed = events[NotificationEvent.PAUSED], events[NotificationEvent.RESUMED]
    assert (paused.at, paused.actor, paused.data) == (pause.begun_at, "system", {"operator": "root"})
    assert (resumed.at, resumed.data["operator"]) == (pause.ended_at, "carol")
    assert not any("secret kind" in str(event.data) for event in events.values())


def test_all_admins_and_the_council_learn_of_a_pause_after_it(cast: Cast) -> None:
    with clock.pretend(clock.now() - timedelta(hours=3)):
        pause = workflow.pause("A restore.", operator="root")
    assert Notice.objects.count() == 0
    workflow.resume(operator="root")
    deliver()
    assert told(NotificationEvent.RESUMED) == {"mail-resumed": {"ada", "abel", "sara", "sam"}}
    assert f"{pause.begun_at:%H:%M} UTC" in str(mail.outbox[0].body)


# -- the command -----------------------------------------------------------------------------------------


def test_status_of_a_portal_whose_mail_goes_out(db: None) -> None:
    assert run("status") == "Nothing waits.\n"


def test_status_says_what_waits_since_when_and_why_and_fails_when_it_is_late(db: None) -> None:
    queue("ann", "bob")
    Delivery.objects.update(error="ConnectionRefusedError")
    assert run("status").startswith("2 mails, waiting since ")
    assert "The mail server does not answer. Check that the mail server is up" in run("status")
    assert not run("status").endswith("Mail does not go out as it should.")
    with clock.pretend(clock.now() + 10 * MINUTE):
        assert run("status").endswith("Mail does not go out as it should.")


def test_status_counts_what_failed(db: None) -> None:
    queue("ann")
    Delivery.objects.update(failed_at=clock.now(), reason=Reason.REFUSED)
    assert run("status").startswith("1 failed for good")


def test_pause_and_resume_by_the_command(db: None) -> None:
    queue("ann")
    assert run("pause", "A restore\nfrom the backup of Monday.").startswith("Mail is paused.")
    assert MailPause.objects.get().reason == "A restore from the backup of Monday."
    assert "A restore from the backup of Monday." in run("status")
    assert run("pause", "Again.") == "Mail is paused already."
    assert run("resume").endswith("waiting now: 1.\n")
    assert run("resume") == "Mail is not paused."
    assert {event.data["operator"] for event in Event.objects.filter(target__startswith="notifications.mailpause")} == {
        pwd.getpwuid(os.getuid()).pw_name
    }


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 201])
def test_a_pause_needs_a_reason_that_fits(db: None, reason: str) -> None:
    assert run("pause", reason) == "Give a reason of 1 to 200 characters: every admin reads it."
    assert MailPause.objects.count() == 0


def test_a_user_without_a_name_is_known_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert command.operator() == "4000000001"


# -- what admins see -------------------------------------------------------------------------------------


def test_the_page_says_since_when_and_why_and_the_dashboard_that_nobody_is_told(cast: Cast, browse: Browse) -> None:
    pause = workflow.pause("Moving the <mail> server.", operator="root")
    client = browse(cast.ada)
    page = " ".join(client.get("/notices/failed/").content.decode().split())
    assert ("Moving the &lt;mail&gt; server." in page, pause.begun_at.isoformat() in page) == (True, True)
    dashboard = " ".join(client.get("/dashboard/").content.decode().split())
    assert f"Mail has been paused since {pause.begun_at:%H:%M} UTC" in dashboard
    assert "Mail has been paused" not in browse(cast.mel).get("/dashboard/").content.decode()
