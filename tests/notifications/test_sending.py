"""Mail servers that refuse, are busy, are away or hang up, and the effect of each on the other mails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from audit import clock
from members.accounts.models import Invitation
from members.people.models import Person
from notifications import sending, workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from tests.factories import make_person
from tests.mail import SmtpSink
from tests.notifications.mailroom import invite


@pytest.fixture(autouse=True)
def _runs() -> Iterator[None]:
    sending.stopping.clear()
    yield
    sending.stopping.clear()


def to_server(settings: Settings, sink: SmtpSink) -> None:
    settings.EMAIL_BACKEND = "notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 2
    settings.EMAIL_DATA_TIMEOUT = 2


@pytest.fixture
def sink(smtp_sink: SmtpSink, settings: Settings) -> SmtpSink:
    """Return the mail server that the portal is set to."""
    to_server(settings, smtp_sink)
    return smtp_sink


def queue(*names: str) -> dict[str, Delivery]:
    """Make one due delivery for each name, in this order."""
    for name in names:
        invite(make_person(f"{name} Invited", github=""), email=f"{name}@example.net", by=None)
    return {name: expanded(number, name) for number, name in enumerate(names)}


def expanded(number: int, name: str) -> Delivery:
    person = Person.objects.get(name=f"{name} Invited")
    invitation = Invitation.objects.get(person=person)
    notice = Notice.objects.get(event__target__endswith=str(invitation.pk), mail=Mail.INVITATION)
    workflow.expand(str(notice.pk))
    delivery = Delivery.objects.get(notice=notice)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=clock.now() - timedelta(minutes=10 - number))
    return delivery


def outcome(delivery: Delivery) -> str:
    now = Delivery.objects.get(pk=delivery.pk)
    assert now.claimed_until is None
    if now.sent_at:
        return "sent"
    return f"{now.reason} {now.error}" if now.failed_at else f"later {now.error}".strip()


def later(seconds: float = 3600 * 24) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_batch_goes_over_one_connection_in_order(db: None, sink: SmtpSink) -> None:
    queue("ann", "bob", "cleo")
    sessions = set()
    original = sink.handle_DATA

    async def watched(server: SMTP, session: Session, envelope: Envelope) -> str:
        sessions.add(session.peer)
        return await original(server, session, envelope)

    sink.handle_DATA = watched  # type: ignore[method-assign]
    assert sending.send_due() is False
    assert [one.recipients for one in sink.received] == [(f"{n}@example.net",) for n in ("ann", "bob", "cleo")]
    assert len(sessions) == 1


def test_a_refused_address_fails_for_good_and_holds_up_nobody(db: None, sink: SmtpSink) -> None:
    deliveries = queue("ann", "bob", "cleo")
    sink.refused = {"ann@example.net"}
    sending.send_due()
    assert {name: outcome(one) for name, one in deliveries.items()} == {
        "ann": "refused SMTPRecipientsRefused 550", "bob": "sent", "cleo": "sent",
    }  # fmt: skip


def test_a_busy_address_is_tried_again_as_the_same_message_and_holds_up_nobody(db: None, sink: SmtpSink) -> None:
    deliveries = queue("ann", "bob")
    sink.busy = {"ann@example.net"}
    sending.send_due()
    assert {name: outcome(one) for name, one in deliveries.items()} == {
        "ann": "later SMTPRecipientsRefused 451", "bob": "sent",
    }  # fmt: skip
    sink.busy = set()
    with clock.pretend(clock.now() + later()):
        sending.send_due()
    assert [one.message_id for one in sink.to("ann@example.net")] == [deliveries["ann"].message_id]


def test_a_mail_that_the_server_took_without_saying_so_comes_again_with_the_same_id(
    db: None, settings: Settings, smtp_sink: SmtpSink
) -> None:
    to_server(settings, smtp_sink)
    settings.EMAIL_DATA_TIMEOUT = 0.3
    deliveries = queue("ann", "bob")
    original = smtp_sink.handle_DATA

    async def slow_once(server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await original(server, session, envelope)
        await asyncio.sleep(1 if len(smtp_sink.received) == 1 else 0)
        return answer

    smtp_sink.handle_DATA = slow_once  # type: ignore[method-assign]
    sending.send_due()
    assert {name: outcome(one) for name, one in deliveries.items()} == {
        "ann": "later SMTPServerDisconnected",
        "bob": "sent",
    }
    with clock.pretend(clock.now() + later()):
        sending.send_due()
    assert [one.message_id for one in smtp_sink.to("ann@example.net")] == [deliveries["ann"].message_id] * 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("554 not this text", "refused SMTPDataError 554"),
        ("452 no room", "later SMTPDataError 452"),
        ("421 going down", "later SMTPDataError 421"),
    ],
)
def test_an_answer_to_one_message_decides_about_that_one_only(
    db: None, sink: SmtpSink, answer: str, expected: str
) -> None:
    deliveries = queue("ann", "bob")
    original = sink.handle_DATA

    async def choosy(server: SMTP, session: Session, envelope: Envelope) -> str:
        return answer if "ann@example.net" in envelope.rcpt_tos else await original(server, session, envelope)

    sink.handle_DATA = choosy  # type: ignore[method-assign]
    sending.send_due()
    assert {name: outcome(one) for name, one in deliveries.items()} == {"ann": expected, "bob": "sent"}


def test_a_sender_that_is_refused_is_our_fault_and_fails_no_mail(db: None, sink: SmtpSink) -> None:
    deliveries = queue("ann")

    async def handle_mail(*_args: object) -> str:
        return "550 who are you"

    sink.handle_MAIL = handle_mail  # type: ignore[attr-defined]
    sending.send_due()
    assert outcome(deliveries["ann"]) == "later SMTPSenderRefused 550"


def test_a_server_that_is_away_puts_the_whole_batch_off_and_loses_nothing(db: None, sink: SmtpSink) -> None:
    deliveries = queue("ann", "bob", "cleo")
    sink.down()
    assert sending.send_due() is False
    assert {outcome(one) for one in deliveries.values()} == {"later ConnectionRefusedError"}
    sink.up()
    sending.rest.until = 0.0
    with clock.pretend(clock.now() + later()):
        sending.send_due()
    assert {outcome(one) for one in deliveries.values()} == {"sent"}
    assert set(sink.copies().values()) == {1}


def test_a_mail_that_cannot_be_made_holds_up_nobody(db: None, settings: Settings) -> None:
    deliveries = queue("ann", "bob")
    person = Person.objects.get(name="ann Invited")
    Invitation.objects.filter(person=person).update(email="ann@example.net\nBcc: all@example.net")
    sending.send_due()
    assert outcome(deliveries["ann"]) == "later BadHeaderError"
    assert [message.to for message in mail.outbox] == [["bob@example.net"]]
    assert outcome(deliveries["bob"]) == "sent"


def test_nothing_of_what_a_server_says_is_kept_or_logged(
    db: None, sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    deliveries = queue("ann", "bob")
    sink.refused = {"ann@example.net"}
    sending.send_due()
    ours = [record for record in caplog.records if record.name.startswith("notifications")]
    assert [record.getMessage() for record in ours] == [
        f"delivery {deliveries['ann'].pk}: SMTPRecipientsRefused 550",
        f"delivery {deliveries['bob'].pk}: sent",
    ]


# -- one batch -----------------------------------------------------------------------------------------


def test_a_full_batch_says_that_there_may_be_more(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH_SIZE", 2)
    queue("ann", "bob", "cleo")
    assert [sending.send_due() for _ in range(3)] == [True, False, False]
    assert [message.to[0] for message in mail.outbox] == ["ann@example.net", "bob@example.net", "cleo@example.net"]


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(db: None) -> None:
    deliveries = queue("ann", "bob")
    sending.stopping.set()
    assert sending.send_due() is True
    assert mail.outbox == []
    assert {outcome(one) for one in deliveries.values()} == {"later"}
    sending.stopping.clear()
    sending.send_due()
    assert len(mail.outbox) == 2


def test_a_slow_batch_gives_back_the_rest(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH_SECONDS", 0)
    deliveries = queue("ann")
    assert sending.send_due() is True
    assert outcome(deliveries["ann"]) == "later"


class SlowBackend(EmailBackend):
    """Let the claims run out while one mail is sent, and another worker take the rest."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        with clock.pretend(clock.now() + later()):
            workflow.claim(50)
        return super().send_messages(messages)


def test_a_delivery_taken_over_is_not_sent_by_the_slow_worker(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    queue("ann", "bob")
    sending.send_due()
    assert [message.to for message in mail.outbox] == [["ann@example.net"]]
    assert Delivery.objects.get(sent_at=None).claimed_until is not None


def test_the_file_backend_of_a_development_portal_takes_mails_too(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    deliveries = queue("ann", "bob")
    sending.send_due()
    assert {outcome(one) for one in deliveries.values()} == {"sent"}
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert all(one.message_id in written for one in deliveries.values())
    assert Delivery.objects.filter(reason=Reason.REFUSED).count() == 0
