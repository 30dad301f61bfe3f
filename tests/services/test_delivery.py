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

COUNT = 60
#: How many mails have arrived when the first worker is killed; it is in the middle of a batch then.
KILLED_AT = 10
#: How many when the second one is told to stop.
STOPPED_AT = 30
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
    """Sixty people are invited: each a commit with a notice, and a hint to the broker."""
    return invite(range(COUNT))


def invite(numbers: range) -> list[str]:
    invited = [f"invited-{number}@example.org" for number in numbers]
    for number, address in zip(numbers, invited, strict=True):
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
def test_no_mail_is_lost_and_at_most_one_repeated_for_each_killed_process_and_none_for_a_stopped_one(
    pool: str, processes: int, worker: Worker, sink: SmtpSink, addresses: list[str]
) -> None:
    worker.start(pool=pool, EMAIL_URL=sink.url, **QUICK)
    wait_until(partial(has_received, sink, KILLED_AT))
    worker.kill()
    sink.down()  # what was still on its way is not received after this
    before_the_kill = set(sink.copies())
    sink.up()
    worker.start(pool=pool, EMAIL_URL=sink.url, **QUICK)
    wait_until(partial(has_received, sink, STOPPED_AT))
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(30) == 0
    assert sent() < COUNT
    worker.start(beat=True, pool=pool, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: sent() == COUNT)
    assert_everybody_has_one_mail(sink, addresses)
    assert len(sink.received) - COUNT <= processes
    assert {message_id for message_id, copies in sink.copies().items() if copies > 1} <= before_the_kill


def test_no_mail_is_lost_when_the_broker_forgot_every_hint_or_the_mail_server_is_away(
    worker: Worker, sink: SmtpSink, addresses: list[str]
) -> None:
    empty_broker()
    worker.start(beat=True, EMAIL_URL=sink.url, **QUICK)
    wait_until(lambda: sent() == COUNT)
    assert_everybody_has_one_mail(sink, addresses)

    sink.down()
    refused, *others = invite(range(COUNT, 2 * COUNT))
    sink.refused = {refused}
    wait_until(lambda: Delivery.objects.exclude(error="").count() > COUNT // 2)
    sink.up()
    wait_until(lambda: sent() == 2 * COUNT - 1)
    assert_everybody_has_one_mail(sink, [*addresses, *others])
    assert set(sink.copies().values()) == {1}
    failed = Delivery.objects.get(failed_at__isnull=False)
    assert (failed.sent_at, failed.error) == (None, "SMTPRecipientsRefused 550")
    assert not any(address in worker.log for address in (refused, *others, *addresses))
