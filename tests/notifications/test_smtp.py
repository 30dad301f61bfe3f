"""The way to the mail server: the envelope, how long an answer may take, and how a server that is slow is spared."""

from __future__ import annotations

import asyncio
import smtplib
import time
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMessage, get_connection, send_mail
from pytest_django import Settings

from notifications import sending
from notifications.smtp import EmailBackend
from tests.architecture.test_settings import PRODUCTION, settings_with
from tests.mail import SmtpSink
from tests.notifications.test_sending import outcome, queue, sink

__all__ = ["sink"]


# -- the envelope ------------------------------------------------------------------------------------------


def test_bounces_and_answers_go_to_the_sender_unless_told_otherwise(db: None, sink: SmtpSink) -> None:
    queue("ann")
    sending.send_due()
    [one] = sink.received
    assert (one.sender, one.message["From"], one.message["Reply-To"]) == (
        "portal@psrt.example.org",
        "PSRT portal <portal@psrt.example.org>",
        None,
    )


def test_bounces_go_to_an_address_of_their_own_and_readers_see_the_same_sender(
    db: None, sink: SmtpSink, settings: Settings
) -> None:
    settings.BOUNCE_ADDRESS, settings.REPLY_ADDRESS = "bounces@psrt.example.org", "Admins <admins@psrt.example.org>"
    queue("ann")
    sending.send_due()
    [one] = sink.received
    assert (one.sender, one.message["From"], one.message["Reply-To"]) == (
        "bounces@psrt.example.org",
        "PSRT portal <portal@psrt.example.org>",
        "Admins <admins@psrt.example.org>",
    )


def test_mail_about_signing_in_has_the_same_envelope(sink: SmtpSink, settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@psrt.example.org"
    send_mail("Reset", "Here.", None, ["ann@example.net"])
    [one] = sink.received
    assert (one.sender, one.message["From"]) == ("bounces@psrt.example.org", "PSRT portal <portal@psrt.example.org>")


def test_an_answer_address_that_a_message_brings_along_stays(sink: SmtpSink, settings: Settings) -> None:
    settings.REPLY_ADDRESS = "admins@psrt.example.org"
    message = EmailMessage("Hello", "Here.", to=["ann@example.net"], reply_to=["other@example.net"])
    message.send()
    assert sink.received[0].message["Reply-To"] == "other@example.net"
    assert message.from_email == settings.DEFAULT_FROM_EMAIL  # the caller's own message is as it was


# -- patience ------------------------------------------------------------------------------------------------


def test_a_server_that_thinks_long_about_a_message_gets_it_once(db: None, sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.EMAIL_DATA_TIMEOUT, sink.delay = 0.4, 10, 1.2
    [delivery] = queue("ann").values()
    sending.send_due()
    assert outcome(delivery) == "sent"
    assert len(sink.received) == 1


def test_a_server_that_thinks_long_about_a_command_is_left_soon(db: None, sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.EMAIL_DATA_TIMEOUT = 0.4, 30

    async def slow(server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await asyncio.sleep(3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    sink.handle_RCPT = slow  # type: ignore[method-assign]
    [delivery] = queue("ann").values()
    begun = time.monotonic()
    sending.send_due()
    assert (outcome(delivery), time.monotonic() - begun < 2.5) == ("later SMTPServerDisconnected", True)


def test_the_command_after_a_message_has_the_short_time_again(db: None, sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.EMAIL_DATA_TIMEOUT = 2, 30
    connection: Any = get_connection(data_timeout=30)
    connection.open()
    connection.send_messages([EmailMessage("Hello", "Here.", to=["ann@example.net"])])
    assert connection.connection.sock.gettimeout() == 30
    connection.connection.noop()
    assert connection.connection.sock.gettimeout() == 2
    connection.close()


def test_nothing_inside_a_request_waits_long(sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.EMAIL_DATA_TIMEOUT, sink.delay = 0.3, 30, 2
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_mail("Reset", "Here.", None, ["ann@example.net"])


def test_tls_from_the_first_byte_has_the_same_patience() -> None:
    backend = EmailBackend(use_ssl=True, data_timeout=30)
    assert issubclass(backend.connection_class, smtplib.SMTP_SSL)
    assert backend.connection_class.send is EmailBackend(use_ssl=False).connection_class.send


@pytest.mark.parametrize(("lease", "expected"), [("120", 60), ("600", 60), ("60", 30), ("1", 10)])
def test_a_worker_stops_waiting_long_before_its_claim_ends(lease: str, expected: int, tmp_path: object) -> None:
    values = settings_with(**PRODUCTION, VAR_DIR=str(tmp_path), NOTICE_LEASE_SECONDS=lease)
    assert (values["EMAIL_DATA_TIMEOUT"], values["EMAIL_BACKEND"]) == (expected, "notifications.smtp.EmailBackend")


# -- a server that is slow or away is spared -------------------------------------------------------------------


def test_after_a_slow_mail_the_worker_is_free_for_other_things(db: None, sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.EMAIL_DATA_TIMEOUT, sink.delay = 0.3, 10, 0.6
    deliveries = queue("ann", "bob")
    assert sending.send_due() is False
    assert [outcome(one) for one in deliveries.values()] == ["sent", "later"]
    begun = time.monotonic()
    assert sending.send_due() is False
    assert (time.monotonic() - begun < 0.2, len(sink.received)) == (True, 1)
    sending.rest.until, sink.delay = 0.0, 0.0
    sending.send_due()
    assert [outcome(one) for one in deliveries.values()] == ["sent", "sent"]
    assert set(sink.copies().values()) == {1}


def test_a_server_that_is_away_is_asked_once_a_sweep_and_logged_once_a_batch(
    db: None, sink: SmtpSink, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SWEEP_SECONDS = 600
    deliveries = queue("ann", "bob", "cleo")
    sink.down()
    sending.send_due()
    assert [record.getMessage() for record in caplog.records if record.name == "notifications.sending"] == [
        "the mail server: ConnectionRefusedError; 3 of 3 mails of this batch are put off"
    ]
    sink.up()
    deliveries |= queue("dora")
    assert sending.send_due() is False
    assert (sink.received, outcome(deliveries["dora"])) == ([], "later")


def test_the_rest_is_over_before_the_next_sweep(settings: Settings) -> None:
    settings.SWEEP_SECONDS = 0.2
    sending.rest.begin()
    assert not sending.rest.is_over()
    time.sleep(0.2)
    assert sending.rest.is_over()
