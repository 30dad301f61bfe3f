"""Hints to the worker, a broker that does not take them, and the sweep that does not need them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from celery.signals import worker_shutting_down
from django.core import mail
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit import clock
from members.accounts.models import Invitation
from notifications import sending, tasks, workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from psrt_portal import celery_app
from tests.cast import Cast, act_as
from tests.databases import owner
from tests.factories import make_person
from tests.notifications.mailroom import invite
from tests.workers import broker_at, empty_broker
from web import background


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Provide an empty queue, and a portal that can reach its broker."""
    monkeypatch.setattr(background, "_broker_rests_until", 0.0)
    empty_broker()
    yield
    empty_broker()


def hints() -> list[tuple[str, list[str]]]:
    """Take every message out of the broker's queue: names of tasks and their arguments."""
    found = []
    with celery_app.connection_for_read() as broker:
        queue = celery_app.amqp.queues[celery_app.conf.task_default_queue](broker.default_channel)
        while (message := queue.get(no_ack=True)) is not None:
            found.append((message.headers["task"], list(message.decode()[0])))
    return found


def invite_somebody(name: str = "Ivo Invited") -> Invitation:
    return invite(make_person(name, github=""), email="ivo@example.net", by=None)


# -- hints ---------------------------------------------------------------------------------------------


def test_a_worker_is_hinted_at_the_notice_after_the_commit(transactional_db: None) -> None:
    with transaction.atomic():
        invite_somebody()
        assert hints() == []
    assert ("notifications.tasks.deliver_notice", [str(Notice.objects.get().pk)]) in hints()


def test_no_hint_is_sent_of_an_act_that_was_undone(transactional_db: None) -> None:
    with transaction.atomic():
        invite_somebody()
        transaction.set_rollback(True)
    assert (hints(), Notice.objects.count()) == ([], 0)


@pytest.fixture(params=["closed", "frozen"])
def broken_broker(request: pytest.FixtureRequest) -> Iterator[None]:
    """Provide a broker that refuses connections, or takes them and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "frozen":
            server.listen(20)
        with broker_at(f"redis://127.0.0.1:{server.getsockname()[1]}/0"):
            yield


def test_a_broken_broker_neither_breaks_an_act_nor_holds_it_up(transactional_db: None, broken_broker: None) -> None:
    started = time.monotonic()
    invite_somebody()
    first = time.monotonic() - started
    started = time.monotonic()
    for number in range(5):
        invite(make_person(f"Guest {number}", github=""), email=f"guest-{number}@example.net", by=None)
    others = time.monotonic() - started
    assert Notice.objects.count() == 6
    assert first < 4
    assert others < 2


def test_the_broker_is_asked_again_after_the_time_of_a_sweep(
    transactional_db: None, broken_broker: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SWEEP_SECONDS = 0.1
    tasks.hint("a")
    tasks.hint("b")
    time.sleep(0.2)
    tasks.hint("c")
    assert [record.getMessage() for record in caplog.records if record.name == "web.background"] == [
        "the broker took no hint (OperationalError); the sweep finds the rows"
    ] * 2


# -- the tasks -----------------------------------------------------------------------------------------


def test_the_task_of_a_hint_sends_its_notice_and_a_second_run_sends_nothing(cast: Cast) -> None:
    invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    notice = str(Notice.objects.get(mail=Mail.INVITATION).pk)
    tasks.deliver_notice(notice)
    tasks.deliver_notice(notice)
    assert [message.to for message in mail.outbox] == [["nora@example.net"]]


def test_the_sweep_finds_notices_without_a_hint_and_claims_that_ran_out(cast: Cast) -> None:
    invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    workflow.expand(str(Notice.objects.get(mail=Mail.INVITATION).pk))
    workflow.claim(50)  # by a worker that dies now
    invite(make_person("Ivo Invited"), email="ivo@example.net", by=None)
    tasks.deliver_due_notices()
    assert [message.to for message in mail.outbox] == [["ivo@example.net"]]
    with clock.pretend(clock.now() + workflow.NOTICE_WAIT):
        tasks.deliver_due_notices()
    assert [message.to for message in mail.outbox] == [["ivo@example.net"], ["nora@example.net"]]


def test_a_notice_that_the_database_would_not_give_goes_with_the_next_sweep(transactional_db: None) -> None:
    """Putting it off for an hour is for faults of its own."""
    invite(make_person("Ivo Invited", github=""), email="ivo@example.net", by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with owner() as database:
            database.execute("SELECT 1 FROM notifications_notice FOR UPDATE")
            tasks.deliver_due_notices()
        assert mail.outbox == []
        tasks.deliver_due_notices()
        assert [message.to for message in mail.outbox] == [["ivo@example.net"]]
    finally:
        connection.close()


def test_deliveries_beyond_one_batch_are_left_to_the_next_task(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH_SIZE", 2)
    for number in range(3):
        invite(make_person(f"Guest {number}", github=""), email=f"guest-{number}@example.net", by=None)
    Notice.objects.exclude(mail=Mail.INVITATION).delete()  # of somebody without standing they reach nobody
    tasks.deliver_due_notices()
    assert len(mail.outbox) == 2
    assert hints() == [("notifications.tasks.deliver_due_notices", [])]
    tasks.deliver_due_notices()
    assert len(mail.outbox) == 3
    assert hints() == []


def test_a_notice_whose_recipients_cannot_be_worked_out_waits_and_holds_up_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    broken = invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    notice = Notice.objects.get(mail=Mail.INVITATION)
    point_to_nonsense(notice)
    invite(make_person("Ivo Invited"), email="ivo@example.net", by=None)
    tasks.deliver_due_notices()
    assert [message.to for message in mail.outbox] == [["ivo@example.net"]]
    notice.refresh_from_db()
    assert (notice.expanded_at, notice.due_at > clock.now()) == (None, True)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"expand of {notice.pk} failed with ValidationError"
    ]
    assert str(broken.pk) not in caplog.text


def point_to_nonsense(notice: Notice) -> None:
    """Replace its event by one about a thing with an impossible id."""
    event = notice.event
    event.pk, event.target = None, "members.invitation:nonsense"
    event.id = notice.pk
    event.save(force_insert=True)
    Notice.objects.filter(pk=notice.pk).update(event=event)


def test_a_worker_that_is_stopped_normally_finishes_the_mail_in_hand(db: None) -> None:
    assert not sending.stopping.is_set()
    worker_shutting_down.send(sender="worker", sig="SIGTERM", how="Warm", exitcode=0)
    assert sending.stopping.is_set()
    sending.stopping.clear()


def test_hints_and_their_log_hold_ids_only(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    caplog.set_level("INFO")
    with django_capture_on_commit_callbacks(execute=True):
        invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    notice = str(Notice.objects.get().pk)
    sent = hints()
    assert {(task, len(arguments)) for task, arguments in sent} == {("notifications.tasks.deliver_notice", 1)}
    assert [notice] in [arguments for _, arguments in sent]
    tasks.deliver_notice(notice)
    assert f"delivery {Delivery.objects.get().pk}: sent" in caplog.text
    assert "nora" not in caplog.text.lower()
