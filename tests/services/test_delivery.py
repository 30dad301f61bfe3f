"""Delivery of many notices by a worker that is killed, stopped or gets no hint, counted at the mail server."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from members.accounts import workflow as accounts_workflow
from notifications.models import Delivery
from tests.factories import make_person
from tests.mail import SmtpSink
from tests.waiting import wait_until
from tests.workers import Worker, empty_broker

pytestmark = pytest.mark.server_versions

COUNT = 200
#: How many where nothing is killed.
FEW = 60
#: How many mails have arrived when a worker is ended; it is in the middle of a batch then.
ENDS_AT = (20, 70, 120)
#: How many mails have arrived when a worker is told to stop.
STOPS_AT = (10, 30)
QUICK: dict[str, Any] = {"SWEEP_SECONDS": 0.5, "NOTICE_LEASE_SECONDS": 2, "NOTICE_RETRY_SECONDS": 0.2}


class SlowToAnswer(SmtpSink):
    """Takes a message at once and says so a little later: a worker killed meanwhile cannot know.

    So nearly every kill falls between the mail server's "I have it" and the worker's mark.
    """

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.02)
        return answer


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    sink = SlowToAnswer()
    sink.up()
    yield sink
    sink.down()


@pytest.fixture
def addresses(transactional_db: None) -> list[str]:
    """Two hundred people are invited: each a commit with a notice, and a hint to the broker."""
    return invite(COUNT)


@pytest.fixture
def few(transactional_db: None) -> list[str]:
    """Sixty people are invited."""
    return invite(FEW)


def invite(count: int) -> list[str]:
    invited = [f"invited-{number}@example.org" for number in range(count)]
    for number, address in enumerate(invited):
        accounts_workflow.invite(make_person(f"Person {number}", github=""), email=address, by=None)
    return invited


def has_received(sink: SmtpSink, count: int) -> bool:
    return len(sink.received) >= count


def sent() -> int:
    return Delivery.objects.filter(sent_at__isnull=False).count()


def assert_everybody_has_one_mail(sink: SmtpSink, addresses: list[str]) -> None:
    """Count by Message-ID, so that a repeated mail is the same mail; each to its reader alone."""
    ids = {address: {one.message_id for one in sink.received if one.recipients == (address,)} for address in addresses}
    assert {address: len(own) for address, own in ids.items()} == dict.fromkeys(addresses, 1)
    assert len(sink.copies()) == len(addresses)


@pytest.mark.parametrize(("pool", "processes"), [("threads", 1), ("prefork", 2)])
def test_no_mail_is_lost_and_at_most_one_repeated_for_each_killed_process(
    pool: str, processes: int, worker: Worker, sink: SmtpSink, addresses: list[str]
) -> None:
    for count in ENDS_AT:
        worker.start(pool=pool, EMAIL_URL=sink.url, **QUICK)
        wait_until(partial(has_received, sink, count))
        worker.kill()
    assert sent() < COUNT
    worker.start(beat=True, pool=pool, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: sent() == COUNT)
    assert_everybody_has_one_mail(sink, addresses)
    assert len(sink.received) - COUNT <= len(ENDS_AT) * processes


@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_no_mail_is_repeated_when_workers_are_stopped_normally(
    pool: str, worker: Worker, sink: SmtpSink, few: list[str]
) -> None:
    for count in STOPS_AT:
        worker.start(pool=pool, EMAIL_URL=sink.url, **QUICK)
        wait_until(partial(has_received, sink, count))
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(30) == 0
    assert sent() < FEW
    worker.start(beat=True, pool=pool, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: sent() == FEW)
    assert_everybody_has_one_mail(sink, few)
    assert set(sink.copies().values()) == {1}


def test_no_mail_is_lost_when_the_broker_forgot_every_hint(worker: Worker, sink: SmtpSink, few: list[str]) -> None:
    empty_broker()
    worker.start(beat=True, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: sent() == FEW)
    assert_everybody_has_one_mail(sink, few)
    assert set(sink.copies().values()) == {1}


def test_mails_wait_for_a_mail_server_that_is_away_and_pass_by_an_address_it_refuses(
    worker: Worker, sink: SmtpSink, few: list[str]
) -> None:
    sink.down()
    sink.refused = {few[0]}
    worker.start(beat=True, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: Delivery.objects.exclude(error="").count() > FEW // 2)
    sink.up()
    wait_until(lambda: sent() == FEW - 1)
    assert {address for one in sink.received for address in one.recipients} == set(few[1:])
    assert set(sink.copies().values()) == {1}
    failed = Delivery.objects.get(failed_at__isnull=False)
    assert (failed.sent_at, failed.error) == (None, "SMTPRecipientsRefused 550")
    assert not any(address in worker.log for address in few)
